package netfilter

import "errors"

// Script does what "nft -f" does with a script: all of it, or nothing and an error. The rules that it makes have the
// origin.
func (t *Tables) Script(script, origin string) error { return errors.ErrUnsupported }
