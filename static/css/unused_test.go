package main

import "testing"

func TestWithoutUnused(t *testing.T) {
	classes := map[string]bool{"cdx-a": true, "cdx-m--": true}
	for _, c := range []struct{ name, css, want string }{
		{"used", ".cdx-a{x:y}", ".cdx-a{x:y}"},
		{"unused", ".cdx-b{x:y}", ""},
		{"one of two", ".cdx-b,.cdx-a:hover{x:y}", ".cdx-a:hover{x:y}"},
		{"needs both", ".cdx-a .cdx-b{x:y}", ""},
		{"put together", ".cdx-m--error{x:y}", ".cdx-m--error{x:y}"},
		{"longer name", ".cdx-a-long{x:y}", ""},
		{"without the unused", ".cdx-a:not(.cdx-b){x:y}", ".cdx-a:not(.cdx-b){x:y}"},
		{"a choice stays", ":is(.cdx-a,.cdx-b){x:y}", ":is(.cdx-a,.cdx-b){x:y}"},
		{"elements stay", "p,a{x:y}", "p,a{x:y}"},
		{"within media", "@media print{.cdx-b{x:y}.cdx-a{x:y}}", "@media print{.cdx-a{x:y}}"},
		{"media without rules", "@media print{.cdx-b{x:y}}p{x:y}", "p{x:y}"},
		{"key frames", "@keyframes cdx-b{0%{x:y}to{x:z}}", "@keyframes cdx-b{0%{x:y}to{x:z}}"},
		{"a brace in a string", `.cdx-b{x:"}"}.cdx-a{x:'{'}`, `.cdx-a{x:'{'}`},
		{"a statement", `@import "x";.cdx-a{x:y}`, `@import "x";.cdx-a{x:y}`},
	} {
		if got := withoutUnused(c.css, classes); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
