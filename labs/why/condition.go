package why

import (
	"dockerlearn/labs/condition"
	"dockerlearn/labs/sandbox"
)

// ForCondition is why a condition stands as it does: from what is true now to what made it so. No links: nothing is
// known of it.
func ForCondition(h *sandbox.Host, c *condition.Condition, r condition.Result) []Link {
	return nil
}
