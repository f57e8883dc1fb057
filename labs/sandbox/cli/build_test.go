package cli_test

import (
	"strings"
	"testing"
)

// What a build takes from its command line works, or is refused before anything happens.
func TestOptionsOfBuilds(t *testing.T) {
	h := newHost(t)
	h.run("printf 'FROM alpine\\nARG V\\nRUN echo V=$V\\nCMD a\\n' > Dockerfile; echo hush > key")
	h.run("printf 'FROM alpine\\nRUN --mount=type=secret,id=k cat /run/secrets/k\\n' > Secret")
	h.run("printf 'FROM alpine AS a\\nRUN echo a\\nFROM a AS b\\nRUN echo b\\n' > Two; docker build -q -f Two .")
	for _, c := range []struct{ line, want string }{
		{"docker build --build-arg V=1 .", " V=1\n"},
		{"V=2 docker build --build-arg V .", " V=2\n"},
		{"docker build -f Secret --secret id=k,src=key .", " hush\n"},
		{"k=env docker build --no-cache -f Secret --secret id=k .", " env\n"},
		{"docker build --secret id=k,src=nope .", "failed to stat nope: stat nope: no such file or directory\n"},
		{"docker build --secret x=y .", "unexpected key 'x' in 'x=y'\n"},
		{"docker build --secret type=env .", "secret missing ID\n"},
		{"docker build --no-cache-filter b -f Two .", "#5 [a 2/2] RUN echo a\n#5 CACHED\n\n#6 [b 1/1] RUN echo b\n#6 0.19"},
		{"tar c Dockerfile | docker build -", "#1 [internal] load remote build context\n"},
		{"tar c key | docker build -", "failed to read dockerfile: open Dockerfile: no such file or directory\n"},
		{"docker build -D .", " 1 warning found:\n"},
		{"docker -D build .", "More info: https://docs.docker.com/go/dockerfile/rule/json-args-recommended/\n"},
		{"docker build .", " 1 warning found (use docker --debug to expand):\n"},
		{"docker build -f nosuch .", "failed to read dockerfile: open nosuch: no such file or directory\n"},
		{"docker build -t 'Bad Tag' .", "invalid tag \"Bad Tag\": invalid reference format\n"},
		{"docker build -t BadTag .", "invalid tag \"BadTag\": repository name must be lowercase\n"},
		{"docker build --builder other .", "ERROR: no builder \"other\" found\n"},
		{"BUILDX_BUILDER=other docker buildx du", "ERROR: no builder \"other\" found\n"},
		{"docker build --progress=rawjson .", "--progress=rawjson is not simulated; nothing was started\n"},
		{"docker build --progress=x .", "invalid progress mode x\n"},
		{"docker build --progress= .", "\n#1 [internal] load build definition from Dockerfile\n"},
		{"BUILDKIT_PROGRESS=x docker build .", "invalid progress mode x\n"},
		{"BUILDKIT_PROGRESS=x docker build --progress=plain .", "\n#1 [internal] load build definition"},
		{"BUILDKIT_PROGRESS=tty docker build .", "ERROR: failed to get console: provided file is not a console\n"},
		{"BUILDKIT_PROGRESS=x docker build -q .", "sha256:"},
		{"BUILDKIT_PROGRESS=rawjson docker build .", "--progress=rawjson is not simulated; nothing was started\n"},
		{"docker build --network=host .", "--network=host is not simulated; nothing was started\n"},
		{"docker build --network=mine .", "network mode \"mine\" not supported by buildkit"},
		{"DOCKER_BUILDKIT=0 docker build .", "the classic builder (DOCKER_BUILDKIT=0) is not simulated; nothing was"},
		{"docker build --check .", "Check complete, 1 warning has been found!\n\nWARNING: JSONArgsRecommended - http"},
		{"docker build --call check -f Two .", "Check complete, no warnings found.\n"},
		{"printf 'FROM alpine\\nNOPE\\n' | docker build --check -", "failed to build: dockerfile parse error on line 2: unk"},
		{"docker build --call outline .", "--call=outline is not simulated; nothing was started\n"},
		{"docker build --platform linux/arm64 .", "--platform=linux/arm64 is not simulated; nothing was started\n"},
		{"docker build --platform linux/amd64 .", "exporting attestation manifest"},
		{"docker build --provenance=max .", "--provenance=max is not simulated; nothing was started\n"},
		{
			"docker build -q --provenance=false -t bare . && docker image inspect -f '{{.Descriptor.mediaType}}' bare",
			"manifest.v1",
		},
		{"docker buildx bake", "docker buildx bake: is not simulated; nothing was done\n"},
	} {
		if r := h.run(c.line + " 2>&1"); !strings.Contains(strings.ReplaceAll(r.Stdout, "\x1b[33m", ""), c.want) {
			t.Errorf("%s: no %q in\n%s", c.line, c.want, r.Stdout)
		}
	}
}

// The cache is listed, and is empty after it was pruned.
func TestTheCacheOfBuilds(t *testing.T) {
	h := newHost(t)
	h.run("printf 'FROM alpine\\nRUN --mount=type=cache,target=/c echo x > /x\\n' | docker build -t it -; docker rmi it")
	r := h.run("docker buildx du")
	const heading = "ID\t\t\t\t\t\tRECLAIMABLE\tSIZE\t\tLAST ACCESSED\n"
	for _, want := range []string{heading, "*  ", "Shared:\t\t", "Total:\t\t"} {
		if !strings.Contains(r.Stdout, want) {
			t.Errorf("du: no %q in\n%s", want, r.Stdout)
		}
	}
	r = h.run("docker system df -v | sed -n '/CACHE ID/,$p' | awk '{print $2}' | sort | uniq -c")
	if got := strings.Join(strings.Fields(r.Stdout), " "); got != "1 ID 1 exec.cachemount 2 regular 2 source.local" {
		t.Errorf("system df -v: %s", got)
	}
	r = h.run("echo n | docker builder prune")
	if !strings.HasPrefix(r.Stdout, "WARNING! This will remove all dangling build cache.") {
		t.Errorf("prune asks: %s", r.Stdout)
	}
	if r := h.run("docker builder prune -af --filter until=24h"); r.Stdout != "Total:\t0B\n" {
		t.Errorf("nothing is that old: %s", r.Stdout)
	}
	if r := h.run("docker builder prune -af --filter type=regular"); r.Exit != 125 {
		t.Errorf("a filter that is not simulated: %v", r)
	}
	h.run("docker builder prune -af")
	if r := h.run("docker buildx du"); r.Stdout != "Reclaimable:\t0B\nTotal:\t\t0B\n" {
		t.Errorf("after prune: %s", r.Stdout)
	}
}
