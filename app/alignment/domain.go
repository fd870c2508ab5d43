// Organisational domains, for relaxed alignment (RFC 7489 section 3.2).
//
// The public suffix list would be exact, and golang.org/x/net/publicsuffix
// adds 570 KB (brotli) to the browser program. So this is a rule of thumb:
// under a country code, "com", "co", "org" and the like are suffixes, and a
// list names more. It knows no suffixes of hosting companies (github.io).
// Where an answer rests on it, aligned says that it is not certain, and the
// report says Depends.

package alignment

import "strings"

// secondLevel are labels under which countries register names.
const secondLevel = " ac co com edu go gob gouv gov govt gv id int mil ne net nom or org sch web "

// suffixes are further suffixes of two labels.
const suffixes = " asn.au me.uk ltd.uk plc.uk nhs.uk police.uk geek.nz gen.nz kiwi.nz maori.nz school.nz ad.jp ed.jp gr.jp lg.jp pe.kr re.kr " +
	"art.br blog.br eco.br eng.br adv.br med.br ind.br firm.in gen.in ind.in res.in nic.in my.id biz.id desa.id in.th mi.th " +
	"gen.tr bel.tr k12.tr av.tr dr.tr info.tr biz.tr tur.ar muni.il k12.il waw.pl info.pl biz.pl in.ua kiev.ua kyiv.ua lviv.ua " +
	"asso.fr prd.fr tm.fr in.rs msk.ru spb.ru uk.com us.com eu.com de.com gb.net uk.net se.net "

// notSuffixes are countries where those labels are ordinary names.
const notSuffixes = " de ch nl be dk se no fi cz sk li lu eu us ca io me tv cc ai "

// orgDomain is the domain that somebody registered.
func orgDomain(domain string) string {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	labels := strings.Split(domain, ".")
	n := len(labels)
	if n <= 2 {
		return domain
	}
	keep := 2
	tld, second := labels[n-1], labels[n-2]
	if len(tld) == 2 && strings.Contains(secondLevel, " "+second+" ") && !strings.Contains(notSuffixes, " "+tld+" ") ||
		strings.Contains(suffixes, " "+second+"."+tld+" ") {
		keep = 3
	}
	return strings.Join(labels[n-keep:], ".")
}

// aligned tells whether two domains align in relaxed mode, and whether that is
// certain without the public suffix list: it is where they are equal, or one
// lies within the other, or even the rule of thumb keeps them apart.
func aligned(a, b string) (ok, certain bool) {
	a, b = strings.ToLower(a), strings.ToLower(b)
	switch {
	case a == "" || b == "":
		return false, true
	case a == b:
		return true, true
	case orgDomain(a) != orgDomain(b):
		return false, true
	}
	return true, strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a)
}

// domainOf is the domain of an address, lower case; "" where there is none.
func domainOf(address string) string {
	address = strings.TrimRight(strings.TrimSpace(address), "> ")
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return ""
	}
	return strings.ToLower(address[i+1:])
}
