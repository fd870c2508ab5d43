package site

import _ "embed"

// EmbedFolder holds the pages for frames of other sites. They are the same
// pages with less around them; they register no service worker, and speak to
// the page around them (frame.js).
const EmbedFolder = "embed/"

// EmbedFile defines <wgsmtp-configurator> in other people's pages, which name
// it for ever: it has no fingerprint.
const EmbedFile = "embed.js"

//go:embed frame.js
var frameJS []byte

//go:embed frame.css
var frameCSS []byte

//go:embed storage.js
var storageJS []byte

func (o *Options) addEmbedScript(add adder) error {
	body, err := o.read(AssetEmbed)
	if body == nil || err != nil {
		return err
	}
	_, err = add(bytesFile(EmbedFile, body), nil)
	return err
}
