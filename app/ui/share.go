// How a State becomes a link and back.
//
// A link's fragment is a version, a semicolon, and assignments joined by "&":
//
//	1;carrier=gmail&release=1.45&sender=wiki%40example.org
//
// Only what differs from the carrier's preset is written, in the order of the
// field table; names are ids of wgsmtp fields, and "mail" and "inputs" (JSON)
// for the previews. A secret is never written. Any byte that is not a letter,
// a digit or one of -._~/:@ is escaped as %XX.
//
// Rules for a next version: the digit goes up when an old link would be read
// wrongly, and ParseFragment keeps a reader for each digit. The links in
// testdata/links.txt must open to the same states for ever.

package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/preview"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

const linkVersion = "1"

// maxLink bounds what is read: browsers pass far longer fragments, people do not.
const maxLink = 64 << 10

// Fragment is the share link's fragment without "#". It is empty for the start
// page's state. Secrets are left out.
func (s State) Fragment() string { return s.fragmentFrom(startState()) }

// startState is NewState, made once: each key asks for it.
var startState = sync.OnceValue(NewState)

// fragmentFrom is the fragment, or "" where s is what the page at hand opens
// to without one.
func (s State) fragmentFrom(page State) string {
	if s.sameLink(page) {
		return ""
	}
	base := base(s.Config.Carrier, s.Config.Region)
	var b strings.Builder
	b.WriteString(linkVersion + ";carrier=")
	escape(&b, s.Config.Carrier)
	put := func(id, value string) {
		b.WriteString("&" + id + "=")
		escape(&b, value)
	}
	for _, f := range wgsmtp.Fields() {
		if f.Kind == wgsmtp.KindSecret || f.ID == "carrier" {
			continue
		}
		if v := f.Get(&s.Config); v != f.Get(&base.Config) || f.ID == "region" && v != "" {
			put(f.ID, v)
		}
	}
	if s.Mail != base.Mail {
		put("mail", string(s.Mail))
	}
	if !reflect.DeepEqual(s.Inputs, base.Inputs) {
		text, err := json.Marshal(s.Inputs)
		if err != nil {
			panic(err) // strings and maps of strings always have JSON
		}
		put("inputs", string(text))
	}
	return b.String()
}

// sameLink tells whether two states have the same link.
func (s State) sameLink(t State) bool {
	s.Config.Secret, t.Config.Secret = "", ""
	return s.Config == t.Config && s.Mail == t.Mail && reflect.DeepEqual(s.Inputs, t.Inputs)
}

// link is the whole link back, or "" where the page's address is not known.
func (s State) link() string {
	if s.Base == "" || !s.Config.LinkBack {
		return ""
	}
	return s.Base + "#" + or(s.Fragment(), linkVersion+";carrier="+s.Config.Carrier)
}

// lastBase keeps one answer of base: a page asks for the same again and again.
var lastBase struct {
	sync.Mutex
	carrier, region string
	state           State
	known           bool
}

// base is what a link of this carrier and region is relative to.
func base(carrier, region string) State {
	l := &lastBase
	l.Lock()
	defer l.Unlock()
	if !l.known || l.carrier != carrier || l.region != region {
		l.carrier, l.region, l.state, l.known = carrier, region, newBase(carrier, region), true
	}
	return l.state
}

func newBase(carrier, region string) State {
	s := StateFor(carrier)
	if region != s.Config.Region {
		s.Config = preset(s.Config, carrierOf(&s.Config), region)
	}
	return s
}

// ParseFragment reads a fragment, without or with its "#". What it does not
// know it leaves out and reports; the State is good in any case, and an empty
// fragment is the start page's.
func ParseFragment(text string) (State, error) {
	text = strings.TrimPrefix(text, "#")
	if text == "" {
		return NewState(), nil
	}
	if len(text) > maxLink {
		return NewState(), fmt.Errorf("this link is %d characters long: nothing was read", len(text))
	}
	version, rest, ok := strings.Cut(text, ";")
	if !ok || version != linkVersion {
		return NewState(), fmt.Errorf("this link is of the version %q, which is not known here", cut(version, 20))
	}
	return parse1(rest)
}

func parse1(text string) (State, error) {
	type assignment struct{ id, value string }
	var all []assignment
	var errs []error
	for part := range strings.SplitSeq(text, "&") {
		id, value, ok := strings.Cut(part, "=")
		value, err := unescape(value)
		if !ok || err != nil {
			errs = append(errs, fmt.Errorf("%q in this link cannot be read", cut(part, 40)))
			continue
		}
		all = append(all, assignment{id, value})
	}
	get := func(id string) string {
		if i := slices.IndexFunc(all, func(a assignment) bool { return a.id == id }); i >= 0 {
			return all[i].value
		}
		return ""
	}
	carrier := or(get("carrier"), customID)
	if _, known := providers.ByID(carrier); !known {
		errs = append(errs, fmt.Errorf("the carrier %q in this link is not known", cut(carrier, 40)))
	}
	s := base(carrier, get("region"))
	for _, a := range all {
		if err := assign(&s, a.id, a.value); err != nil {
			errs = append(errs, err)
		}
	}
	return s, errors.Join(errs...)
}

func assign(s *State, id, value string) error {
	switch id {
	case "carrier":
		return nil
	case "mail":
		if kind := wgsmtp.MailKind(value); slices.Contains(wgsmtp.MailKinds, kind) {
			s.Mail = kind
			return nil
		}
		return fmt.Errorf("the mail %q in this link is not known", cut(value, 40))
	case "inputs":
		var in preview.Inputs
		if err := json.Unmarshal([]byte(value), &in); err != nil {
			return errors.New("the sample people in this link cannot be read")
		}
		s.Inputs = in
		return nil
	}
	f, ok := wgsmtp.FieldByID(id)
	if !ok || f.Kind == wgsmtp.KindSecret {
		return fmt.Errorf("%q in this link is not known", cut(id, 40))
	}
	if f.ID == "release" {
		if _, err := mediawiki.Lookup(value); err != nil {
			return err
		}
	}
	return f.Set(&s.Config, value)
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "..."
	}
	return s
}

const hexDigits = "0123456789ABCDEF"

func escape(b *strings.Builder, s string) {
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~/:@", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
}

func unescape(s string) (string, error) {
	if strings.IndexByte(s, '%') < 0 {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", errors.New("unfinished escape")
		}
		hi, lo := unhex(s[i+1]), unhex(s[i+2])
		if hi < 0 || lo < 0 {
			return "", errors.New("malformed escape")
		}
		b = append(b, byte(hi<<4|lo))
		i += 2
	}
	return string(b), nil
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
