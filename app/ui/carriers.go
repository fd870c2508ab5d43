package ui

import "wgsmtp/app/transport"

func simulate(o transport.Options, s transport.Server, m transport.Mail) transport.Transcript {
	return transport.Transcript{}
}
