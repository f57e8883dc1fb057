package image

import "testing"

func TestPlatforms(t *testing.T) {
	rows := []struct{ in, want string }{
		{"linux/amd64", "linux/amd64"},
		{"linux/arm64", "linux/arm64"},
		{"linux/arm64/v8", "linux/arm64"},
		{"linux/arm/v7", "linux/arm/v7"},
		{"arm64", "linux/arm64"},
		{"aarch64", "linux/arm64"},
		{"Linux/x86_64", "linux/amd64"},
		{"windows", "windows/amd64"},
		{"nope", `"nope": unknown operating system or architecture: invalid argument`}, // as recorded
		{"", `"": invalid platform: invalid argument`},
		{"a/b/c/d", `"a/b/c/d": invalid platform: invalid argument`},
	}
	for _, r := range rows {
		p, err := ParsePlatform(r.in)
		got := p.String()
		if err != nil {
			got = err.Error()
		}
		if got != r.want {
			t.Errorf("%q: %s, want %s", r.in, got, r.want)
		}
	}
}
