package redis

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// entry is what a key holds: text, a list or a hash.
type entry struct {
	Text    *string           `json:"text,omitempty"`
	List    []string          `json:"list,omitempty"`
	Hash    map[string]string `json:"hash,omitempty"`
	Expires time.Time         `json:"expires,omitzero"`
}

func (e *entry) kind() string {
	switch {
	case e.Text != nil:
		return "string"
	case e.Hash != nil:
		return "hash"
	}
	return "list"
}

// data is the database.
type data struct {
	keys  map[string]*entry
	now   func() time.Time
	dirty bool // since the last save
}

func newData(now func() time.Time) *data { return &data{keys: map[string]*entry{}, now: now} }

// find is a key's entry; one whose time is over is gone.
func (d *data) find(key string) *entry {
	e := d.keys[key]
	if e != nil && !e.Expires.IsZero() && !d.now().Before(e.Expires) {
		delete(d.keys, key)
		return nil
	}
	return e
}

// names are all keys, sorted.
func (d *data) names() []string {
	var all []string
	for key := range d.keys { // any order: sorted below
		all = append(all, key)
	}
	slices.Sort(all)
	return slices.DeleteFunc(all, func(k string) bool { return d.find(k) == nil })
}

const (
	wrongType  failure = "WRONGTYPE Operation against a key holding the wrong kind of value"
	notInteger failure = "ERR value is not an integer or out of range"
	badSyntax  failure = "ERR syntax error"
)

// commands are those that work on the database: how many words they take at least, itself included, and at most; 0 is
// any number. redis: src/commands
func commands(name string) (do func(*data, []string) value, least, most int) {
	switch name {
	case "GET":
		return (*data).get, 2, 2
	case "SET":
		return (*data).set, 3, 0
	case "DEL", "UNLINK":
		return (*data).del, 2, 0
	case "EXISTS":
		return (*data).exists, 2, 0
	case "INCR", "DECR":
		return (*data).incr, 2, 2
	case "INCRBY", "DECRBY":
		return (*data).incr, 3, 3
	case "APPEND":
		return (*data).append, 3, 3
	case "STRLEN":
		return (*data).strlen, 2, 2
	case "EXPIRE":
		return (*data).expire, 3, 3
	case "TTL":
		return (*data).ttl, 2, 2
	case "TYPE":
		return (*data).typeOf, 2, 2
	case "KEYS":
		return (*data).match, 2, 2
	case "DBSIZE":
		return func(d *data, _ []string) value { return int64(len(d.names())) }, 1, 1
	case "FLUSHALL", "FLUSHDB":
		return (*data).flush, 1, 2
	case "LPUSH", "RPUSH":
		return (*data).push, 3, 0
	case "LRANGE":
		return (*data).lrange, 4, 4
	case "LLEN":
		return (*data).llen, 2, 2
	case "HSET":
		return (*data).hset, 4, 0
	case "HGET":
		return (*data).hget, 3, 3
	case "HGETALL":
		return (*data).hgetall, 2, 2
	}
	return nil, 0, 0
}

func (d *data) get(a []string) value {
	e := d.find(a[1])
	switch {
	case e == nil:
		return nil
	case e.Text == nil:
		return wrongType
	}
	return *e.Text
}

func (d *data) set(a []string) value {
	e := &entry{Text: &a[2]}
	old := d.find(a[1])
	for i := 3; i < len(a); i++ {
		switch word := strings.ToUpper(a[i]); word {
		case "NX", "XX":
			if (old == nil) != (word == "NX") {
				return nil
			}
		case "EX", "PX":
			i++
			if i == len(a) {
				return badSyntax
			}
			n, err := strconv.ParseInt(a[i], 10, 32)
			if err != nil || n <= 0 {
				return failure("ERR invalid expire time in 'set' command")
			}
			e.Expires = d.now().Add(time.Duration(n) * map[string]time.Duration{"EX": time.Second, "PX": time.Millisecond}[word])
		default:
			return badSyntax
		}
	}
	d.keys[a[1]] = e
	d.dirty = true
	return status("OK")
}

func (d *data) del(a []string) value {
	n := int64(0)
	for _, key := range a[1:] {
		if d.find(key) != nil {
			delete(d.keys, key)
			n++
		}
	}
	d.dirty = d.dirty || n > 0
	return n
}

func (d *data) exists(a []string) value {
	n := int64(0)
	for _, key := range a[1:] {
		if d.find(key) != nil {
			n++
		}
	}
	return n
}

func (d *data) incr(a []string) value {
	by := int64(1)
	if len(a) == 3 {
		n, err := strconv.ParseInt(a[2], 10, 64)
		if err != nil {
			return notInteger
		}
		by = n
	}
	if strings.HasPrefix(strings.ToUpper(a[0]), "DECR") {
		by = -by
	}
	text := "0"
	e := d.find(a[1])
	if e == nil {
		e = &entry{}
	} else if e.Text == nil {
		return wrongType
	} else {
		text = *e.Text
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return notInteger
	}
	text = strconv.FormatInt(n+by, 10)
	d.keys[a[1]] = &entry{Text: &text, Expires: e.Expires}
	d.dirty = true
	return n + by
}

func (d *data) append(a []string) value {
	text := ""
	if e := d.find(a[1]); e != nil && e.Text == nil {
		return wrongType
	} else if e != nil {
		text = *e.Text
	}
	text += a[2]
	d.keys[a[1]] = &entry{Text: &text}
	d.dirty = true
	return int64(len(text))
}

func (d *data) strlen(a []string) value {
	text, is := d.get(a).(string)
	if e := d.find(a[1]); e != nil && !is {
		return wrongType
	}
	return int64(len(text))
}

func (d *data) expire(a []string) value {
	n, err := strconv.ParseInt(a[2], 10, 32)
	e := d.find(a[1])
	switch {
	case err != nil:
		return notInteger
	case e == nil:
		return int64(0)
	}
	e.Expires = d.now().Add(time.Duration(n) * time.Second)
	d.dirty = true
	return int64(1)
}

func (d *data) ttl(a []string) value {
	e := d.find(a[1])
	switch {
	case e == nil:
		return int64(-2)
	case e.Expires.IsZero():
		return int64(-1)
	}
	return int64((e.Expires.Sub(d.now()) + time.Second/2) / time.Second)
}

func (d *data) typeOf(a []string) value {
	if e := d.find(a[1]); e != nil {
		return status(e.kind())
	}
	return status("none")
}

func (d *data) match(a []string) value {
	found := list{}
	for _, name := range d.names() {
		if ok, _ := path.Match(a[1], name); ok || a[1] == "*" {
			found = append(found, name)
		}
	}
	return found
}

func (d *data) flush([]string) value {
	clear(d.keys)
	d.dirty = true
	return status("OK")
}

func (d *data) push(a []string) value {
	e := d.find(a[1])
	if e == nil {
		e = &entry{List: []string{}}
		d.keys[a[1]] = e
	} else if e.kind() != "list" {
		return wrongType
	}
	for _, text := range a[2:] {
		if strings.EqualFold(a[0], "LPUSH") {
			e.List = slices.Insert(e.List, 0, text)
		} else {
			e.List = append(e.List, text)
		}
	}
	d.dirty = true
	return int64(len(e.List))
}

func (d *data) lrange(a []string) value {
	from, err1 := strconv.Atoi(a[2])
	to, err2 := strconv.Atoi(a[3])
	e := d.find(a[1])
	switch {
	case err1 != nil || err2 != nil:
		return notInteger
	case e == nil:
		return list{}
	case e.kind() != "list":
		return wrongType
	}
	n := len(e.List)
	if from < 0 {
		from = max(from+n, 0)
	}
	if to < 0 {
		to += n
	}
	found := list{}
	for i := from; i <= min(to, n-1); i++ {
		found = append(found, e.List[i])
	}
	return found
}

func (d *data) llen(a []string) value {
	e := d.find(a[1])
	if e != nil && e.kind() != "list" {
		return wrongType
	}
	if e == nil {
		return int64(0)
	}
	return int64(len(e.List))
}

func (d *data) hset(a []string) value {
	if len(a)%2 != 0 {
		return failure("ERR wrong number of arguments for 'hset' command")
	}
	e := d.find(a[1])
	if e == nil {
		e = &entry{Hash: map[string]string{}}
		d.keys[a[1]] = e
	} else if e.Hash == nil {
		return wrongType
	}
	n := int64(0)
	for i := 2; i < len(a); i += 2 {
		if _, old := e.Hash[a[i]]; !old {
			n++
		}
		e.Hash[a[i]] = a[i+1]
	}
	d.dirty = true
	return n
}

func (d *data) hget(a []string) value {
	e := d.find(a[1])
	if e == nil {
		return nil
	}
	if e.Hash == nil {
		return wrongType
	}
	if text, ok := e.Hash[a[2]]; ok {
		return text
	}
	return nil
}

func (d *data) hgetall(a []string) value {
	e := d.find(a[1])
	if e != nil && e.Hash == nil {
		return wrongType
	}
	found := list{}
	if e == nil {
		return found
	}
	var fields []string
	for f := range e.Hash { // any order: sorted below
		fields = append(fields, f)
	}
	slices.Sort(fields)
	for _, f := range fields {
		found = append(found, f, e.Hash[f])
	}
	return found
}

// fileMagic is how a dump of the real one begins; what follows is JSON here.
const fileMagic = "REDIS0012\n"

// dump is the database as a file.
func (d *data) dump() []byte {
	text, err := json.Marshal(d.keys)
	if err != nil {
		return nil // strings and times can be marshalled
	}
	return append([]byte(fileMagic), text...)
}

// load takes a dump.
func (d *data) load(b []byte) bool {
	text, ok := strings.CutPrefix(string(b), fileMagic)
	keys := map[string]*entry{}
	if !ok || json.Unmarshal([]byte(text), &keys) != nil {
		return false
	}
	for key, e := range keys { // any order: into a map
		if e != nil {
			d.keys[key] = e
		}
	}
	return true
}
