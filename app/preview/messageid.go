// Message-ID: UserMailer::makeMsgId().

package preview

import (
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
)

// domainEscapes keeps the parts of a wiki's id apart (DatabaseDomain::encode).
var domainEscapes = strings.NewReplacer("-", "?h", "?", "??")

// wikiID is the id of this wiki: database name, where there is one the schema,
// and the table prefix, joined by hyphens.
func (w *wiki) wikiID() string {
	name, prefix := w.val("wgDBname").ToString(), w.val("wgDBprefix").ToString()
	if !w.r.Has(mediawiki.MessageIDDomainID) { // wfWikiID()
		if !falsy(prefix) {
			return name + "-" + prefix
		}
		return name
	}
	id := domainEscapes.Replace(name)
	if schema := w.val("wgDBmwschema"); schema.Kind == php.String && schema.Str != "" {
		return id + "-" + domainEscapes.Replace(schema.Str) + "-" + domainEscapes.Replace(prefix)
	}
	if prefix != "" {
		return id + "-" + domainEscapes.Replace(prefix)
	}
	return id
}

// messageDomain is the right side of Message-ID: IDHost if it is true for PHP,
// whatever it holds, else the host of $wgServer; "" where there is none.
func (w *wiki) messageDomain() string {
	if smtp := w.val("wgSMTP"); smtp.Kind == php.Array {
		if host, ok := smtp.Get("IDHost"); ok && host.Truthy() || !w.r.Has(mediawiki.MessageIDFromServer) {
			return host.ToString()
		}
	}
	server := w.val("wgServer").ToString()
	if w.r.Has(mediawiki.MessageIDParseURL) {
		u, _ := parseURL(server)
		return u.host
	}
	u, _ := w.parse(server)
	return u.host
}

func (w *wiki) messageID(v Varying) string {
	if !w.r.Has(mediawiki.MessageIDFromServer) {
		return "<" + v.UniqueID + "@" + w.messageDomain() + ">"
	}
	return "<" + w.wikiID() + "." + v.UniqueID + "@" + w.messageDomain() + ">"
}
