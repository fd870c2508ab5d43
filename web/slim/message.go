package main

import "path/filepath"

// goMessage with the half of textproto that reads and writes headers. The other
// makes up boundaries, for which it takes in crypto/rand and with it ciphers.
var goMessage = library{
	module:  "github.com/emersion/go-message",
	version: "v0.18.2",
	sum:     "h1:rl55SQdjd9oJcIoQNhubD2Acs1E6IzlZISRTK7x/Lpg=",
	copy:    copyGoMessage,
}

func copyGoMessage(from, to string) error {
	return copyPackage(filepath.Join(from, "textproto"), filepath.Join(to, "textproto"), func(name string) bool {
		return name != "multipart.go"
	})
}
