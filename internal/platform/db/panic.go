package db

import "fmt"

// Panic is what Read and Write raise in the caller's goroutine when the closure panicked, perhaps
// in another goroutine. Everything the closure wrote is undone.
type Panic struct {
	Value any    // what the closure panicked with
	Stack []byte // where
}

// Error gives the value and the stack of the closure.
func (p *Panic) Error() string {
	return fmt.Sprintf("panic in a database transaction: %v\n%s", p.Value, p.Stack)
}

// Unwrap gives the value when it is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}
