package localsettings

import "wgsmtp/app/php"

// Token is a run of text of one syntactic class.
type Token = php.Token

// Class is a syntactic class, for colours.
type Class = php.Class

const (
	ClassComment  = php.ClassComment
	ClassVariable = php.ClassVariable
	ClassString   = php.ClassString
	ClassNumber   = php.ClassNumber
	ClassKeyword  = php.ClassKeyword
	ClassPunct    = php.ClassPunct
)

func token(c Class, text string) Token { return Token{Class: c, Text: text} }
