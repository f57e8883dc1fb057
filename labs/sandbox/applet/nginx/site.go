package nginx

import (
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// config is a configuration that made sense.
type config struct {
	files     []loadedFile
	errorLog  string
	logLevel  string         // what is less grave is not written
	logFiles  []string       // that access_log names
	logs      map[string]int // files that the master has opened, by name
	pidFile   string
	daemon    bool
	servers   []*server
	upstreams []*upstream
	formats   map[string]string
	user      *user // whom the workers become; nil: nobody else
	userSet   bool
	temporary []temporary
	warnings  []string
}

// loadedFile is a file that was read, for -T.
type loadedFile struct{ name, text string }

// server is a server block.
type server struct {
	listens   []listen
	names     []string
	top       *location
	locations []*location
}

type listen struct {
	addr      netip.AddrPort
	isDefault bool
	backlog   int // 0: as usual
}

// matchKind is how a location is found.
type matchKind int

const (
	prefixMatch matchKind = iota
	exactMatch
	prefixOverRegex // ^~
	regexMatch
	namedMatch
)

// location is a location block, or what stands directly in a server.
type location struct {
	kind  matchKind
	text  string
	regex *regexp.Regexp
	settings
	// not inherited:
	steps    []step
	tryFiles []string
	pass     *proxyPass
	nested   []*location
	stub     bool
}

// settings are what inner blocks inherit.
type settings struct {
	root, alias  string
	index        []string
	errorPages   []errorPage
	accessLog    []logTarget
	types        map[string]string
	defaultType  string
	autoindex    bool
	tokens       bool
	charset      string // of text; "" is not said
	etag         bool
	logNotFound  bool
	maxBody      int64
	keepalive    time.Duration
	keepRequests int64 // requests that a connection lives for
	headTimeout  time.Duration
	bodyTimeout  time.Duration
	addHeaders   []pair
	proxyHeaders []pair
	proxyConnect time.Duration
	proxyRead    time.Duration
	access       []accessRule
}

type pair struct {
	name, value string
	always      bool
}

type logTarget struct{ file, format string }

type errorPage struct {
	codes []int
	as    int // 0: keep the code; -1: as the page says
	to    string
}

type accessRule struct {
	allow bool
	from  netip.Prefix
}

// step is a statement that is carried out in order: return, rewrite or set.
type step struct {
	kind  string
	code  int
	regex *regexp.Regexp
	name  string
	text  string
	flag  string
}

// proxyPass is where requests are passed on to.
type proxyPass struct {
	host string // as written, for Host and messages
	uri  string // replaces the location's prefix; "" passes the request's own
	to   *upstream
}

// upstream is a group of servers.
type upstream struct {
	name    string
	backups bool
	peers   []*peer
}

// peer is a server of an upstream, with what smooth weighted round robin needs to know of it.
type peer struct {
	name        string
	addr        netip.AddrPort
	weight      int
	current     int
	effective   int
	fails       int
	maxFails    int
	failTimeout time.Duration
	checked     time.Duration
	down        bool
	backup      bool
}

func defaultSettings() settings {
	return settings{
		root: "/etc/nginx/html", index: []string{"index.html"}, defaultType: "text/plain",
		tokens: true, etag: true, logNotFound: true, maxBody: 1 << 20,
		keepalive: 75 * time.Second, keepRequests: 1000, headTimeout: time.Minute, bodyTimeout: time.Minute, proxyConnect: time.Minute, proxyRead: time.Minute,
		types:     map[string]string{"html": "text/html", "gif": "image/gif", "jpg": "image/jpeg"},
		accessLog: []logTarget{{defaultAccessLog, "combined"}},
		proxyHeaders: []pair{
			{name: "Host", value: "$proxy_host"}, {name: "Connection", value: "close"},
		},
	}
}

const defaultAccessLog = "/var/log/nginx/access.log"

// loader reads configurations.
type loader struct {
	prefix   string // relative names are below it
	root     bool   // it is root who reads
	readFile func(name string) (string, error)
	glob     func(pattern string) []string
	resolve  func(name string) ([]netip.Addr, error)
	conf     *config
}

// load reads a configuration file and all that it includes. The error is a *configError.
func (l *loader) load(file string, globals []directive) (*config, error) {
	l.conf = &config{
		temporary: temporaries(),
		errorLog:  "/var/log/nginx/error.log", logLevel: "error", pidFile: "/run/nginx.pid", daemon: true,
		formats: map[string]string{
			"combined": `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`,
		},
	}
	list, err := l.read(file, 0)
	if err == nil {
		err = l.main(append(slices.Clone(globals), list...))
	}
	if err == nil {
		err = l.ownUser()
	}
	return l.conf, err
}

// maxFiles is how many files a configuration may have.
const maxFiles = 200

// read parses a file with its includes in place.
func (l *loader) read(file string, depth int) ([]directive, error) {
	text, err := l.readFile(file)
	if err != nil {
		return nil, &configError{text: "open() \"" + file + "\" failed (" + errnoText(err) + ")"}
	}
	if len(l.conf.files) >= maxFiles || depth > maxDepth {
		return nil, &configError{text: "too many files are included"}
	}
	l.conf.files = append(l.conf.files, loadedFile{file, text})
	list, err := parse(file, text)
	if err != nil {
		return nil, err
	}
	return l.includes(list, depth)
}

func (l *loader) includes(list []directive, depth int) ([]directive, error) {
	var out []directive
	for _, d := range list {
		var err error
		switch {
		case d.name == "include":
			var more []directive
			more, err = l.include(&d, depth)
			out = append(out, more...)
		case d.has:
			d.block, err = l.includes(d.block, depth)
			fallthrough
		default:
			out = append(out, d)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (l *loader) include(d *directive, depth int) ([]directive, error) {
	if len(d.args) != 1 {
		return nil, d.errorf("invalid number of arguments in \"include\" directive")
	}
	name := l.path(d.args[0])
	names := []string{name}
	if strings.ContainsAny(name, "*?[") {
		names = l.glob(name)
	}
	var out []directive
	for _, n := range names {
		list, err := l.read(n, depth+1)
		if err != nil {
			if e, ok := err.(*configError); ok && e.file == "" {
				e.file, e.line = d.file, d.line
			}
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func (l *loader) path(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join(l.prefix, name)
}

// ignored are statements that tune what the sandbox has no time for, or what is off here (gzip, the cache): they change
// no answer.
func ignored(name string) bool {
	return slices.Contains(strings.Fields(`worker_processes worker_connections multi_accept use worker_rlimit_nofile
		worker_cpu_affinity worker_priority sendfile tcp_nopush tcp_nodelay types_hash_max_size types_hash_bucket_size
		server_names_hash_bucket_size server_names_hash_max_size client_body_buffer_size client_header_buffer_size
		large_client_header_buffers send_timeout reset_timedout_connection
		open_file_cache output_buffers proxy_buffering proxy_buffer_size proxy_buffers
		proxy_busy_buffers_size proxy_http_version proxy_send_timeout proxy_request_buffering 
		variables_hash_max_size variables_hash_bucket_size accept_mutex pcre_jit aio directio
		keepalive lingering_close underscores_in_headers merge_slashes gzip_vary gzip_proxied gzip_comp_level
		gzip_buffers gzip_http_version gzip_types gzip_min_length gzip_disable proxy_cache_bypass`), name)
}

// refused are statements that nginx has and the sandbox has not.
func refused(name string) bool {
	return slices.Contains(strings.Fields(`if map geo split_clients stream mail ssl_certificate ssl_certificate_key ssl_protocols
		ssl_ciphers auth_basic auth_basic_user_file auth_request limit_req limit_req_zone limit_conn limit_conn_zone
		proxy_cache proxy_cache_path proxy_redirect proxy_ssl_verify proxy_next_upstream proxy_cookie_path fastcgi_pass
		fastcgi_param uwsgi_pass grpc_pass sub_filter expires resolver load_module least_conn ip_hash hash random zone
		perl js_import mirror dav_methods image_filter valid_referers limit_rate http2 internal satisfy proxy_hide_header
		limit_except env thread_pool`), name)
}

// unknown is the error for a statement that does not belong where it is.
func unknown(d *directive, known ...string) error {
	switch {
	case refused(d.name):
		return d.errorf("the directive \"%s\" is not simulated in the sandbox", d.name)
	case slices.Contains(known, d.name):
		return d.errorf("\"%s\" directive is not allowed here", d.name)
	}
	return d.errorf("unknown directive \"%s\"", d.name)
}

// everywhere is all statements that are known in some block.
func everywhere() []string {
	return strings.Fields(`user events http server location upstream listen server_name root alias index error_page access_log
		error_log types default_type autoindex server_tokens client_max_body_size keepalive_timeout keepalive_requests client_body_timeout client_header_timeout add_header
		charset etag log_not_found gzip proxy_set_header proxy_connect_timeout proxy_read_timeout allow deny return
		rewrite set try_files proxy_pass
		stub_status log_format pid daemon master_process`)
}

// arguments checks their number.
func (d *directive) arguments(least, most int) error {
	if len(d.args) < least || most >= 0 && len(d.args) > most {
		return d.errorf("invalid number of arguments in \"%s\" directive", d.name)
	}
	return nil
}

func (l *loader) main(list []directive) error {
	events := false
	for i := range list {
		d := &list[i]
		switch d.name {
		case "events":
			events = true
			for _, e := range d.block {
				if !ignored(e.name) {
					return unknown(&e, everywhere()...)
				}
			}
		case "http":
			if err := l.http(d); err != nil {
				return err
			}
		case "error_log":
			if err := d.arguments(1, 2); err != nil {
				return err
			}
			if err := l.errorLog(d); err != nil {
				return err
			}
		case "user":
			if err := l.user(d); err != nil {
				return err
			}
		case "pid":
			l.conf.pidFile = first(d.args)
		case "daemon":
			l.conf.daemon = first(d.args) != "off"
		case "master_process":
			if first(d.args) == "off" {
				return d.errorf("the directive \"master_process off\" is not simulated in the sandbox")
			}
		default:
			if !ignored(d.name) {
				return unknown(d, everywhere()...)
			}
		}
	}
	if !events {
		return &configError{text: "no \"events\" section in configuration"}
	}
	return nil
}

// logLevels from the least to the gravest.
func logLevels() []string {
	return []string{"debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"}
}

// errorLog reads FILE [LEVEL]. There is one error log here; the last statement counts.
func (l *loader) errorLog(d *directive) error {
	l.conf.errorLog, l.conf.logLevel = d.args[0], "error"
	if d.args[0] != "stderr" {
		l.conf.errorLog = l.path(d.args[0])
	}
	if len(d.args) == 2 {
		if l.conf.logLevel = d.args[1]; !slices.Contains(logLevels(), l.conf.logLevel) {
			return d.errorf("invalid log level \"%s\"", l.conf.logLevel)
		}
	}
	return nil
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func (l *loader) http(d *directive) error {
	base := defaultSettings()
	for i := range d.block { // groups first: they may be named before they are made
		if u := &d.block[i]; u.name == "upstream" {
			if err := l.upstream(u); err != nil {
				return err
			}
		}
	}
	var servers []*directive
	for i := range d.block {
		x := &d.block[i]
		switch x.name {
		case "upstream":
		case "server":
			servers = append(servers, x)
		case "log_format":
			if err := x.arguments(2, -1); err != nil {
				return err
			}
			l.conf.formats[x.args[0]] = strings.Join(x.args[1:], "")
		case "client_body_temp_path", "proxy_temp_path", "fastcgi_temp_path", "uwsgi_temp_path", "scgi_temp_path":
			if err := l.temporaryPath(x); err != nil {
				return err
			}
		default:
			if ok, err := l.setting(&base, x); err != nil || !ok {
				return orUnknown(err, x)
			}
		}
	}
	for _, x := range servers {
		if err := l.server(x, base); err != nil {
			return err
		}
	}
	return nil
}

func orUnknown(err error, d *directive) error {
	if err != nil {
		return err
	}
	return unknown(d, everywhere()...)
}

func (l *loader) server(d *directive, base settings) error {
	s := &server{top: &location{settings: inherit(base)}}
	var locations []*directive
	for i := range d.block {
		x := &d.block[i]
		var err error
		switch x.name {
		case "listen":
			err = s.listen(x)
		case "server_name":
			s.names = append(s.names, x.args...)
		case "location":
			locations = append(locations, x)
		default:
			err = l.inLocation(s.top, x)
		}
		if err != nil {
			return err
		}
	}
	if len(s.listens) == 0 {
		s.listens = []listen{{addr: netip.AddrPortFrom(netip.IPv4Unspecified(), 80)}}
	}
	for _, name := range s.names {
		if strings.HasPrefix(name, "~") {
			return d.errorf("regular expressions in \"server_name\" are not simulated in the sandbox")
		}
	}
	for _, x := range locations {
		loc, err := l.location(x, s.top.settings)
		if err != nil {
			return err
		}
		s.locations = append(s.locations, loc)
	}
	l.conf.servers = append(l.conf.servers, s)
	return nil
}

// inherit copies settings so that inner lists replace outer ones. What is appended to in a block begins afresh there.
func inherit(s settings) settings {
	s.addHeaders = slices.Clip(s.addHeaders)
	return s
}

func (s *server) listen(d *directive) error {
	if err := d.arguments(1, -1); err != nil {
		return err
	}
	var at listen
	text := d.args[0]
	host, port := "0.0.0.0", text
	if i := strings.LastIndexByte(text, ':'); i >= 0 && !strings.HasSuffix(text, "]") {
		host, port = text[:i], text[i+1:]
	} else if strings.ContainsAny(text, ".[") {
		host, port = text, "80"
	}
	host = strings.Trim(host, "[]")
	if host == "*" {
		host = "0.0.0.0"
	}
	a, err := netip.ParseAddr(host)
	if host == "localhost" {
		a, err = netip.AddrFrom4([4]byte{127, 0, 0, 1}), nil
	}
	if err != nil {
		return d.errorf("host not found in \"%s\" of the \"listen\" directive", text)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return d.errorf("invalid port in \"%s\" of the \"listen\" directive", text)
	}
	at.addr = netip.AddrPortFrom(a, uint16(n))
	for _, word := range d.args[1:] {
		switch word {
		case "default_server", "default":
			at.isDefault = true
		case "ssl", "http2", "quic", "proxy_protocol", "ipv6only=off", "reuseport", "deferred":
			return d.errorf("the parameter \"%s\" of \"listen\" is not simulated in the sandbox", word)
		case "ipv6only=on":
		default:
			text, ok := strings.CutPrefix(word, "backlog=")
			if !ok {
				return d.errorf("invalid parameter \"%s\"", word)
			}
			if at.backlog, err = strconv.Atoi(text); err != nil || at.backlog <= 0 {
				return d.errorf("invalid backlog \"%s\"", text)
			}
		}
	}
	s.listens = append(s.listens, at)
	return nil
}

func (l *loader) location(d *directive, base settings) (*location, error) {
	loc := &location{settings: inherit(base)}
	if err := d.arguments(1, 2); err != nil {
		return nil, err
	}
	if err := loc.pattern(d); err != nil {
		return nil, err
	}
	loc.alias = ""
	for i := range d.block {
		x := &d.block[i]
		if x.name == "location" {
			in, err := l.location(x, loc.settings)
			if err != nil {
				return nil, err
			}
			loc.nested = append(loc.nested, in)
			continue
		}
		if err := l.inLocation(loc, x); err != nil {
			return nil, err
		}
	}
	return loc, nil
}

// pattern reads [=|~|~*|^~] TEXT.
func (loc *location) pattern(d *directive) (err error) {
	loc.text = d.args[len(d.args)-1]
	mark := ""
	if len(d.args) == 2 {
		mark = d.args[0]
	} else {
		for _, m := range []string{"^~", "~*", "~", "="} {
			if rest, ok := strings.CutPrefix(loc.text, m); ok {
				mark, loc.text = m, rest
				break
			}
		}
	}
	expression := loc.text
	switch mark {
	case "":
		if strings.HasPrefix(loc.text, "@") {
			loc.kind = namedMatch
		}
		return nil
	case "=":
		loc.kind = exactMatch
		return nil
	case "^~":
		loc.kind = prefixOverRegex
		return nil
	case "~*":
		expression = "(?i)" + expression
	case "~":
	default:
		return d.errorf("invalid location modifier \"%s\"", mark)
	}
	loc.kind = regexMatch
	if loc.regex, err = regexp.Compile(expression); err != nil {
		return d.errorf("pcre2_compile() failed: %v in \"%s\"", err, loc.text)
	}
	return nil
}

// inLocation reads what may stand in a server or a location.
func (l *loader) inLocation(loc *location, d *directive) error {
	switch d.name {
	case "return":
		return loc.addReturn(d)
	case "rewrite":
		return loc.addRewrite(d)
	case "set":
		if err := d.arguments(2, 2); err != nil {
			return err
		}
		if !strings.HasPrefix(d.args[0], "$") {
			return d.errorf("invalid variable name \"%s\"", d.args[0])
		}
		loc.steps = append(loc.steps, step{kind: "set", name: d.args[0][1:], text: d.args[1]})
	case "try_files":
		loc.tryFiles = d.args
		return d.arguments(2, -1)
	case "stub_status":
		loc.stub = true
	case "alias":
		loc.alias = first(d.args)
		return d.arguments(1, 1)
	case "proxy_pass":
		return l.proxyPass(loc, d)
	default:
		if ok, err := l.setting(&loc.settings, d); err != nil || !ok {
			return orUnknown(err, d)
		}
	}
	return nil
}

func (loc *location) addReturn(d *directive) error {
	if err := d.arguments(1, 2); err != nil {
		return err
	}
	s := step{kind: "return"}
	code, err := strconv.Atoi(d.args[0])
	switch {
	case err == nil && code <= 999:
		s.code, s.text = code, strings.Join(d.args[1:], "")
	case len(d.args) == 1 && strings.Contains(d.args[0], "://") || strings.HasPrefix(d.args[0], "$scheme"):
		s.code, s.text = 302, d.args[0]
	default:
		return d.errorf("invalid return code \"%s\"", d.args[0])
	}
	if len(d.args) == 2 {
		s.flag = "text"
	}
	loc.steps = append(loc.steps, s)
	return nil
}

func (loc *location) addRewrite(d *directive) error {
	if err := d.arguments(2, 3); err != nil {
		return err
	}
	re, err := regexp.Compile(d.args[0])
	if err != nil {
		return d.errorf("pcre2_compile() failed: %v in \"%s\"", err, d.args[0])
	}
	s := step{kind: "rewrite", regex: re, text: d.args[1]}
	if len(d.args) == 3 {
		s.flag = d.args[2]
		if !slices.Contains([]string{"last", "break", "redirect", "permanent"}, s.flag) {
			return d.errorf("invalid parameter \"%s\"", s.flag)
		}
	}
	loc.steps = append(loc.steps, s)
	return nil
}

// setting reads a statement that inner blocks inherit; ok is false if it is none.
func (l *loader) setting(s *settings, d *directive) (ok bool, err error) {
	read, ok := settingReaders()[d.name]
	if !ok {
		return ignored(d.name), nil
	}
	if err := d.arguments(read.least, read.most); err != nil {
		return true, err
	}
	return true, read.read(l, s, d)
}

type settingReader struct {
	least, most int
	read        func(l *loader, s *settings, d *directive) error
}

// settingReaders are the statements that may stand in http, server and location.
func settingReaders() map[string]settingReader {
	return map[string]settingReader{
		"root":  {1, 1, func(l *loader, s *settings, d *directive) error { s.root = l.path(d.args[0]); return nil }},
		"index": {1, -1, func(_ *loader, s *settings, d *directive) error { s.index = d.args; return nil }},
		"default_type": {1, 1, func(_ *loader, s *settings, d *directive) error {
			s.defaultType = d.args[0]
			return nil
		}},
		"autoindex":     {1, 1, func(_ *loader, s *settings, d *directive) error { return d.flag(&s.autoindex) }},
		"server_tokens": {1, 1, func(_ *loader, s *settings, d *directive) error { return d.flag(&s.tokens) }},
		"charset": {1, 1, func(_ *loader, s *settings, d *directive) error {
			s.charset = strings.TrimPrefix(d.args[0], "off")
			return nil
		}},
		"etag":          {1, 1, func(_ *loader, s *settings, d *directive) error { return d.flag(&s.etag) }},
		"log_not_found": {1, 1, func(_ *loader, s *settings, d *directive) error { return d.flag(&s.logNotFound) }},
		"gzip": {1, 1, func(_ *loader, _ *settings, d *directive) error {
			on := false
			if err := d.flag(&on); err != nil || !on {
				return err
			}
			return d.errorf("the directive \"gzip on\" is not simulated in the sandbox")
		}},
		"error_log": {1, 2, func(l *loader, _ *settings, d *directive) error { return l.errorLog(d) }},
		"client_max_body_size": {1, 1, func(_ *loader, s *settings, d *directive) (err error) {
			s.maxBody, err = d.size()
			return err
		}},
		"keepalive_timeout":     {1, 2, func(_ *loader, s *settings, d *directive) error { return d.duration(&s.keepalive) }},
		"keepalive_requests":    {1, 1, func(_ *loader, s *settings, d *directive) error { return d.number(&s.keepRequests) }},
		"client_body_timeout":   {1, 1, func(_ *loader, s *settings, d *directive) error { return d.duration(&s.bodyTimeout) }},
		"client_header_timeout": {1, 1, func(_ *loader, s *settings, d *directive) error { return d.duration(&s.headTimeout) }},
		"proxy_connect_timeout": {1, 1, func(_ *loader, s *settings, d *directive) error { return d.duration(&s.proxyConnect) }},
		"proxy_read_timeout":    {1, 1, func(_ *loader, s *settings, d *directive) error { return d.duration(&s.proxyRead) }},
		"access_log":            {1, -1, readAccessLog},
		"error_page":            {2, -1, readErrorPage},
		"types":                 {0, 0, readTypes},
		"allow":                 {1, 1, readAccess},
		"deny":                  {1, 1, readAccess},
		"add_header": {2, 3, func(_ *loader, s *settings, d *directive) error {
			s.addHeaders = append(s.addHeaders, pair{d.args[0], d.args[1], len(d.args) == 3 && d.args[2] == "always"})
			return nil
		}},
		"proxy_set_header": {2, 2, func(_ *loader, s *settings, d *directive) error {
			s.proxyHeaders = slices.DeleteFunc(slices.Clone(s.proxyHeaders), func(p pair) bool { return strings.EqualFold(p.name, d.args[0]) })
			s.proxyHeaders = append(s.proxyHeaders, pair{name: d.args[0], value: d.args[1]})
			return nil
		}},
	}
}

func (d *directive) flag(to *bool) error {
	switch d.args[0] {
	case "on":
		*to = true
	case "off":
		*to = false
	default:
		return d.errorf("invalid value \"%s\" in \"%s\" directive, it must be \"on\" or \"off\"", d.args[0], d.name)
	}
	return nil
}

func (d *directive) size() (int64, error) {
	text := strings.ToLower(d.args[0])
	unit := int64(1)
	for suffix, n := range map[string]int64{"k": 1 << 10, "m": 1 << 20, "g": 1 << 30} { // any order: one fits at most
		if rest, ok := strings.CutSuffix(text, suffix); ok {
			text, unit = rest, n
			break
		}
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 {
		return 0, d.errorf("\"%s\" directive invalid value", d.name)
	}
	return n * unit, nil
}

func (d *directive) number(to *int64) error {
	n, err := strconv.ParseInt(d.args[0], 10, 32)
	if err != nil || n < 0 {
		return d.errorf("invalid number \"%s\"", d.args[0])
	}
	*to = n
	return nil
}

func (d *directive) duration(to *time.Duration) error {
	text := d.args[0]
	if n, err := strconv.Atoi(text); err == nil {
		text = strconv.Itoa(n) + "s"
	}
	v, err := time.ParseDuration(text)
	if err != nil || v < 0 {
		return d.errorf("\"%s\" directive invalid value", d.name)
	}
	*to = v
	return nil
}

func readAccessLog(l *loader, s *settings, d *directive) error {
	if d.args[0] == "off" {
		s.accessLog = nil
		return nil
	}
	t := logTarget{l.path(d.args[0]), "combined"}
	if len(d.args) > 1 && !strings.Contains(d.args[1], "=") {
		t.format = d.args[1]
		if _, ok := l.conf.formats[t.format]; !ok {
			return d.errorf("unknown log format \"%s\"", t.format)
		}
	}
	s.accessLog = []logTarget{t}
	l.conf.logFiles = append(l.conf.logFiles, t.file)
	return nil
}

func readErrorPage(_ *loader, s *settings, d *directive) error {
	p := errorPage{to: d.args[len(d.args)-1]}
	for _, word := range d.args[:len(d.args)-1] {
		if as, ok := strings.CutPrefix(word, "="); ok {
			p.as, _ = strconv.Atoi(as)
			if as == "" {
				p.as = -1
			}
			continue
		}
		code, err := strconv.Atoi(word)
		if err != nil || code < 300 || code > 599 {
			return d.errorf("invalid value \"%s\"", word)
		}
		p.codes = append(p.codes, code)
	}
	s.errorPages = append(slices.Clip(s.errorPages), p)
	return nil
}

func readTypes(_ *loader, s *settings, d *directive) error {
	s.types = map[string]string{}
	for _, t := range d.block {
		for _, suffix := range t.args {
			s.types[suffix] = t.name
		}
	}
	return nil
}

func readAccess(_ *loader, s *settings, d *directive) error {
	rule := accessRule{allow: d.name == "allow"}
	if d.args[0] != "all" {
		p, err := netip.ParsePrefix(d.args[0])
		if err != nil {
			a, aerr := netip.ParseAddr(d.args[0])
			if aerr != nil {
				return d.errorf("invalid parameter \"%s\"", d.args[0])
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		rule.from = p
	}
	s.access = append(slices.Clip(s.access), rule)
	return nil
}

func (l *loader) upstream(d *directive) error {
	if err := d.arguments(1, 1); err != nil {
		return err
	}
	u := &upstream{name: d.args[0]}
	for i := range d.block {
		x := &d.block[i]
		if x.name != "server" {
			if ignored(x.name) {
				continue
			}
			return unknown(x, everywhere()...)
		}
		if err := l.peer(u, x); err != nil {
			return err
		}
	}
	if len(u.peers) == 0 {
		return d.errorf("no servers are inside upstream")
	}
	l.conf.upstreams = append(l.conf.upstreams, u)
	return nil
}

func (l *loader) peer(u *upstream, d *directive) error {
	if err := d.arguments(1, -1); err != nil {
		return err
	}
	model := peer{weight: 1, maxFails: 1, failTimeout: 10 * time.Second}
	for _, word := range d.args[1:] {
		key, value, _ := strings.Cut(word, "=")
		n, err := strconv.Atoi(value)
		switch {
		case word == "down":
			model.down = true
		case word == "backup":
			model.backup = true
		case key == "weight" && err == nil && n > 0 && n < 1<<16:
			model.weight = n
		case key == "max_fails" && err == nil && n >= 0:
			model.maxFails = n
		case key == "fail_timeout":
			if err := (&directive{name: "server", args: []string{value}, file: d.file, line: d.line}).duration(&model.failTimeout); err != nil {
				return err
			}
		case key == "max_conns", word == "resolve", key == "slow_start":
			return d.errorf("the parameter \"%s\" is not simulated in the sandbox", word)
		default:
			return d.errorf("invalid parameter \"%s\"", word)
		}
	}
	return l.addPeers(u, d, d.args[0], model)
}

// addPeers adds each address of a name as a server of its own.
func (l *loader) addPeers(u *upstream, d *directive, hostPort string, model peer) error {
	host, port, ok := strings.Cut(hostPort, ":")
	n := uint64(80)
	if ok {
		var err error
		if n, err = strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return d.errorf("invalid port in upstream \"%s\"", hostPort)
		}
	}
	addrs, err := l.resolve(host)
	if err != nil || len(addrs) == 0 {
		return d.errorf("host not found in upstream \"%s\"", hostPort)
	}
	for _, a := range addrs {
		p := model
		p.name, p.addr, p.effective = hostPort, netip.AddrPortFrom(a, uint16(n)), p.weight
		u.backups = u.backups || p.backup
		u.peers = append(u.peers, &p)
	}
	return nil
}

func (l *loader) proxyPass(loc *location, d *directive) error {
	if err := d.arguments(1, 1); err != nil {
		return err
	}
	rest, ok := strings.CutPrefix(d.args[0], "http://")
	if !ok {
		if strings.HasPrefix(d.args[0], "https://") {
			return d.errorf("https upstreams are not simulated in the sandbox")
		}
		return d.errorf("invalid URL prefix")
	}
	p := &proxyPass{host: rest}
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		p.host, p.uri = rest[:i], rest[i:]
	}
	if strings.Contains(p.host, "$") {
		return d.errorf("variables in the host of \"proxy_pass\" are not simulated in the sandbox")
	}
	if p.uri != "" && loc.kind == regexMatch {
		return d.errorf("\"proxy_pass\" cannot have URI part in location given by regular expression, or inside named location, " +
			"or inside \"if\" statement, or inside \"limit_except\" block")
	}
	loc.pass = p
	for _, u := range l.conf.upstreams {
		if u.name == p.host {
			p.to = u
			return nil
		}
	}
	p.to = &upstream{name: p.host}
	return l.addPeers(p.to, d, p.host, peer{weight: 1, maxFails: 0})
}
