package applet

import (
	"path"
	"strconv"
	"strings"
)

// webURL is an address on the web.
type webURL struct {
	scheme, user, host, path string // host as written: with its port; path from the slash on
	name                     string // of the host, without brackets
	port                     uint16
}

// parseURL splits a URL. Without a scheme it is http.
func parseURL(text string) (u webURL, ok bool) {
	u.scheme = "http"
	if scheme, rest, has := strings.Cut(text, "://"); has {
		u.scheme, text = strings.ToLower(scheme), rest
	}
	end := strings.IndexAny(text, "/?#")
	if end < 0 {
		end = len(text)
	}
	u.host, u.path = text[:end], text[end:]
	u.path, _, _ = strings.Cut(u.path, "#")
	if !strings.HasPrefix(u.path, "/") {
		u.path = "/" + u.path
	}
	if i := strings.LastIndexByte(u.host, '@'); i >= 0 {
		u.user, u.host = u.host[:i], u.host[i+1:]
	}
	return u, u.splitPort()
}

func (u *webURL) splitPort() bool {
	u.port = map[string]uint16{"https": 443, "ftp": 21}[u.scheme]
	if u.port == 0 {
		u.port = 80
	}
	u.name = u.host
	port := ""
	if rest, ok := strings.CutPrefix(u.host, "["); ok {
		name, after, ok := strings.Cut(rest, "]")
		if !ok {
			return false
		}
		u.name, port = name, strings.TrimPrefix(after, ":")
	} else if name, p, ok := strings.Cut(u.host, ":"); ok {
		u.name, port = name, p
	}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return false
		}
		u.port = uint16(n)
	}
	return u.name != ""
}

// resolveRedirect is where a Location leads from u.
func (u webURL) resolveRedirect(location string) (webURL, bool) {
	if strings.Contains(location, "://") {
		return parseURL(location)
	}
	if !strings.HasPrefix(location, "/") {
		location = path.Dir(u.path) + "/" + location
	}
	u.path, _, _ = strings.Cut(location, "#")
	return u, true
}

// fileName is what a download is called that nobody named.
func (u webURL) fileName() string {
	name := u.path[strings.LastIndexByte(u.path, '/')+1:]
	if name == "" {
		return "index.html"
	}
	return name
}

// String is the URL with all of its parts.
func (u webURL) String() string { return u.scheme + "://" + u.host + u.path }
