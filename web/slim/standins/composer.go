package standins

// Composer stands for go-app's, so that this package compiles. It is not copied.
type Composer any
