package transport

// Server is a simulated server: what a carrier is known to offer. The fields
// are those of the recorded cases.
type Server struct {
	Port    int      `json:"port"`
	TLS     string   `json:"tls,omitempty"` // "implicit": TLS from the first byte
	Caps    []string `json:"caps,omitempty"`
	CapsTLS []string `json:"caps_tls,omitempty"`
}
