package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/killswitch"
	"github.com/ztagent/ztagent/internal/tenant"
)

// judgeNobodyToPullIt counts the people who can disable agents. How many more
// there may be depends on what was not returned.
func judgeNobodyToPullIt(j *audit.Judge) {
	h := killswitch.HoldersOf(j.Tenant)
	need, sure := int64(j.Config.KillSwitchHolders), int64(len(h.Sure))
	switch {
	case sure >= need:
		j.Pass(j.Whole())
	case h.Endless || sure+int64(len(h.Maybe))+h.Members >= need:
		j.Unknown(j.Whole(), fmt.Sprintf("%s can disable agents for sure. There may be more: members of groups that hold a role, "+
			"or holders whose account, role or scope was not returned.", count(len(h.Sure), "enabled user")))
	default:
		who := "Nobody"
		if sure > 0 {
			who = "Only " + count(len(h.Sure), "enabled user")
		}
		j.Fail(j.Whole(), fmt.Sprintf("%s can disable agents, where at least %d should. At night or on holiday nobody may be there "+
			"to stop one.", who, need),
			audit.Evidence{
				Dataset: tenant.DatasetRoleAssignments, Observed: count(len(h.Sure), "enabled holder"),
				Expected: fmt.Sprintf("at least %d", need),
			})
	}
}
