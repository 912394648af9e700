package challengetest

// adminDisableUser, adminEnableUser and adminDeleteUser are what there is of
// user administration: what happens to a user's sign-ins and tokens.

func adminDisableUser(c *call) (any, error) { return c.setDisabled(true) }

func adminEnableUser(c *call) (any, error) { return c.setDisabled(false) }

func (c *call) setDisabled(disabled bool) (any, error) {
	u, err := c.owner()
	if err != nil {
		return nil, err
	}
	u.disabled = disabled
	return struct{}{}, nil
}

func adminDeleteUser(c *call) (any, error) {
	u, err := c.owner()
	if err != nil {
		return nil, err
	}
	delete(c.users, u.name)
	c.unlist(u)
	return struct{}{}, nil
}
