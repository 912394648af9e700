package challenge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// attributePrefix stands before an attribute's name in requiredAttributes and
// in the answer's keys, but not in userAttributes.
const attributePrefix = "userAttributes."

// NewPasswordRequired is NEW_PASSWORD_REQUIRED: the user signed in with a
// temporary password and must choose a new one, and give those attributes that
// the pool requires and the user lacks.
//
// After [NewPasswordRejected] the same form can be filled in and sent again.
// When the reply to an answer was lost, the password may be changed already:
// have the user sign in with the new one.
type NewPasswordRequired struct {
	Issued

	// RequiredAttributes are the names of the attributes that Attributes must
	// hold, such as "name", without Cognito's prefix "userAttributes." and
	// without those that the user has already.
	RequiredAttributes []string

	// UserAttributes are the attributes that the user has already, without a
	// prefix. They can't be set again in this step.
	UserAttributes map[string]string

	// NewPassword is the password that the user chose. Required.
	NewPassword Secret

	// Attributes are set on the user, under their names without a prefix:
	// every one of RequiredAttributes, and any other that the app client may
	// write and that has no value yet. One with an empty value is left out.
	// email_verified and phone_number_verified can't be set by a user.
	Attributes map[string]string
}

var _ Challenge = (*NewPasswordRequired)(nil)

// Name returns NEW_PASSWORD_REQUIRED.
func (c *NewPasswordRequired) Name() types.ChallengeNameType {
	return types.ChallengeNameTypeNewPasswordRequired
}

func (c *NewPasswordRequired) decode(d *decoder) {
	c.UserAttributes = d.object("userAttributes")
	for _, name := range d.list("requiredAttributes") {
		// One that has a value must not be sent, whatever the list says.
		if name = strings.TrimPrefix(name, attributePrefix); name != "" && c.UserAttributes[name] == "" {
			c.RequiredAttributes = append(c.RequiredAttributes, name)
		}
	}
}

func (c *NewPasswordRequired) fields() []input {
	// Sorted, so that the problems come in the same order every time.
	names := slices.Sorted(maps.Keys(c.Attributes))
	for _, name := range c.RequiredAttributes {
		if c.UserAttributes[name] == "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	fields := []input{hidden("NewPassword", "NEW_PASSWORD", &c.NewPassword)}
	for _, name := range names {
		fields = append(fields, input{
			Field: Field{
				Name: fmt.Sprintf("Attributes[%q]", name), Key: attributePrefix + name, Kind: KindText,
				Required: slices.Contains(c.RequiredAttributes, name), Ask: true,
			},
			place: attribute{c, name},
			check: func(value string) string { return c.checkAttribute(name, value) },
		})
	}
	return append(fields, input{
		Field: Field{Name: "Attributes", Key: attributePrefix, Kind: KindText, Ask: true, Any: true},
		under: func(name string) place { return attribute{c, name} },
	})
}

// attribute is the place of one of Attributes.
type attribute struct {
	of   *NewPasswordRequired
	name string
}

func (a attribute) get() string { return a.of.Attributes[a.name] }

func (a attribute) set(value string) {
	if a.of.Attributes == nil {
		a.of.Attributes = make(map[string]string)
	}
	a.of.Attributes[a.name] = value
}

// checkAttribute says why an attribute can't be set. One without a value is not.
func (c *NewPasswordRequired) checkAttribute(name, value string) string {
	switch {
	case value == "":
		return ""
	case name == "":
		return "has no name"
	case strings.HasPrefix(name, attributePrefix):
		return "is named with Cognito's prefix; leave it out"
	case name == "sub" || name == "email_verified" || name == "phone_number_verified":
		// "Cannot modify the non-mutable attribute email_verified",
		// https://github.com/aws-amplify/aws-sdk-ios/issues/2203.
		return "can't be set by a user"
	case c.UserAttributes[name] != "":
		// "Cannot modify an already provided email" since 2022,
		// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html.
		return "has a value already and can't be set in this step"
	}
	return ""
}

// ChallengeResponses implements [Challenge]; its own keys are NEW_PASSWORD and
// userAttributes.<name> for each attribute.
func (c *NewPasswordRequired) ChallengeResponses() (map[string]string, error) {
	return answer(c).done()
}
