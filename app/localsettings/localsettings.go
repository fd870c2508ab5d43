// Package localsettings is the meaning of LocalSettings.php: it writes the
// settings that a Config asks for (Emit), and reads what a file sets (Import).
//
// Between the two stands Settings: the values of MediaWiki's configuration
// variables as PHP has them after the file ran. The previews work on Settings
// and not on a Config, because MediaWiki does: 'port' => '587/tls' is a
// setting with an effect, and no Config. Of goes from a Config to Settings,
// ToConfig back as far as it goes, and Keep keeps the rest, so that a block
// evaluates to what was imported.
//
// What is pasted is seldom PHP as it was written. Import takes off what stands
// around it (unwrap.go), straightens what copying did to characters
// (characters.go) and puts in what is likely missing (php.Mends), each only
// where PHP would not take the text, and says so in the notes; pasted.go leads
// positions back to what was pasted. To teach it another form, add it to
// testdata/pasted and run the tests with -update.
package localsettings
