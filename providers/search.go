// Finding a carrier by what people know of it: its name, an address, a server.
// All of it works on the index and decodes only what it returns.

package providers

import (
	"cmp"
	"slices"
	"strings"
)

// Entry is what a list of carriers shows, and what searching looks at.
type Entry struct {
	ID       string
	Name     string
	Kind     Kind
	Featured int
	Initials string
	Summary  string
	Unusable bool
	Aliases  []string
	Domains  []string // of addresses, lower case
	Hosts    []string // server names, lower case, without those that hold "{domain}"
}

// Index lists all carriers in the order of All without decoding any. The
// caller must not change it.
func Index() []Entry { return index }

// ForAddress finds the carrier that an e-mail address belongs to by the part
// after its last @, without regard to case. It knows the carriers' own domains
// only; an organisation's domain may be carried by anyone.
func ForAddress(addr string) (*Carrier, bool) {
	domain := domainOf(addr)
	if domain == "" {
		return nil, false
	}
	return first(func(e *Entry) bool { return slices.Contains(e.Domains, domain) })
}

// ForHost finds the carrier of an SMTP server by its name, without regard to
// case, a trailing dot, a scheme (ssl://) or a port. Where several carriers
// share a server (smtp.gmail.com, 127.0.0.1) it is the first in the order of
// All.
func ForHost(host string) (*Carrier, bool) {
	host = bareHost(host)
	if host == "" {
		return nil, false
	}
	return first(func(e *Entry) bool { return slices.Contains(e.Hosts, host) })
}

func first(ok func(*Entry) bool) (*Carrier, bool) {
	for i := range index {
		if ok(&index[i]) {
			return load(index[i].ID), true
		}
	}
	return nil, false
}

// Search finds carriers by words of their name, aliases, e-mail domains and
// server names; every word must fit. An address is searched by its domain. The
// best come first; an empty query gives all, in the order of All.
func Search(query string) []*Carrier {
	found := SearchIndex(query)
	out := make([]*Carrier, len(found))
	for i := range found {
		out[i] = load(found[i].ID)
	}
	return out
}

// SearchIndex is Search without decoding the carriers. The caller must not
// change the entries.
func SearchIndex(query string) []Entry {
	words := strings.Fields(strings.ToLower(query))
	if len(words) == 0 {
		return index
	}
	type hit struct{ at, score int }
	var hits []hit
	for i := range index {
		score := 0
		for _, w := range words {
			s := index[i].score(w)
			if s == 0 {
				score = 0
				break
			}
			score += s
		}
		// The whole query as one phrase beats its words one by one.
		if score > 0 && len(words) > 1 {
			score += index[i].score(strings.Join(words, " "))
		}
		if score > 0 {
			hits = append(hits, hit{i, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	out := make([]Entry, len(hits))
	for i, h := range hits {
		out[i] = index[h.at]
	}
	return out
}

// score says how well one lower-case word fits: 0 not at all.
func (e *Entry) score(w string) int {
	if i := strings.LastIndexByte(w, '@'); i >= 0 {
		// An address: what stands before the @ says nothing.
		return scoreOf(e.Domains, w[i+1:], 90, 60, 0)
	}
	return max(
		scoreOf([]string{e.ID}, w, 95, 70, 40),
		scoreOf([]string{e.Name}, w, 100, 80, 40),
		scoreOf(e.Aliases, w, 85, 65, 35),
		scoreOf(e.Domains, w, 90, 60, 20),
		scoreOf(e.Hosts, w, 75, 30, 15),
	)
}

// scoreOf is the best score of the texts: equal to w, beginning with it (a
// little less where only a later word does), or holding it.
func scoreOf(texts []string, w string, equal, begins, holds int) int {
	best := 0
	if w == "" {
		return 0
	}
	for _, t := range texts {
		t = strings.ToLower(t)
		switch i := strings.Index(t, w); {
		case i < 0:
		case len(t) == len(w):
			best = max(best, equal)
		case i == 0:
			best = max(best, begins)
		case t[i-1] == ' ' || t[i-1] == '(':
			best = max(best, begins-5)
		default:
			best = max(best, holds)
		}
	}
	return best
}

// domainOf is the lower-case domain of an address, "" if it has none.
func domainOf(addr string) string {
	i := strings.LastIndexByte(addr, '@')
	if i < 0 {
		return ""
	}
	return strings.ToLower(strings.TrimRight(strings.TrimSpace(addr[i+1:]), ".>"))
}

// bareHost is a server name as the index has it. What PEAR takes as host may
// carry a scheme, and people add the port.
func bareHost(host string) string {
	host = strings.ToLower(strings.TrimSpace(host))
	if _, after, ok := strings.Cut(host, "://"); ok {
		host = after
	}
	if before, _, ok := strings.Cut(host, ":"); ok && strings.Count(host, ":") == 1 {
		host = before
	}
	return strings.TrimRight(host, "./")
}
