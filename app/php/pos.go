package php

// Pos is a place in a source: line and column from 1, column in runes. The
// zero Pos is no place.
type Pos struct{ Line, Col int }
