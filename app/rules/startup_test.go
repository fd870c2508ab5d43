package rules

import "testing"

// Making the validator is the one heavy thing here; it happens at the first
// Check and not when the program starts.
func BenchmarkMakeValidator(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		makeValidator()
	}
}
