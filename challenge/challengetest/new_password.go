package challengetest

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// attributePrefix begins the keys by which a NEW_PASSWORD_REQUIRED's answer
// gives attributes.
const attributePrefix = "userAttributes."

type newPasswordRequired struct{}

func (newPasswordRequired) issue(c *call, s *session) (map[string]string, error) {
	if c.passwordExpired(c.signIn.user, c.now) { // told to those who know it (unsure)
		return nil, temporaryExpired
	}
	// With the prefix in one list and without it in the other: so the service.
	required := []string{}
	for _, name := range c.signIn.user.missing() {
		required = append(required, attributePrefix+name)
	}
	return map[string]string{
		"requiredAttributes": string(marshal(required)),
		"userAttributes":     string(marshal(c.signIn.user.attributes)),
	}, nil
}

func (newPasswordRequired) answer(c *call) (*authReply, error) {
	if err := c.require("NEW_PASSWORD"); err != nil {
		return nil, err
	}
	u := c.signIn.user
	given := make(map[string]string)
	for _, key := range slices.Sorted(maps.Keys(c.params)) {
		name, ok := strings.CutPrefix(key, attributePrefix)
		switch {
		case !ok:
		case name == "sub" || strings.HasSuffix(name, "_verified"):
			return nil, attributeImmutable(name)
		case u.attributes[name] != "":
			return nil, attributeProvided(name)
		case c.params[key] != "":
			given[name] = c.params[key]
		}
	}
	for _, name := range u.missing() {
		if given[name] == "" {
			return nil, attributeMissing(name)
		}
	}
	if err := c.checkPolicy(c.params["NEW_PASSWORD"]); err != nil {
		return nil, err
	}
	if err := c.checkHistory(u, c.params["NEW_PASSWORD"]); err != nil {
		return nil, err
	}
	if err := c.setAttributes(u, given); err != nil {
		return nil, err
	}
	u.setPassword(c.scope, c.params["NEW_PASSWORD"], c.now)
	u.temporary, u.status = false, types.UserStatusTypeConfirmed
	return c.proceed()
}

// missing returns the required attributes that the user has no value of.
func (u *user) missing() []string {
	return slices.DeleteFunc(slices.Clone(u.required), func(name string) bool { return u.attributes[name] != "" })
}
