package fakepool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// parse reads a config. The error names every field that is wrong, and shows no
// value; what the values must be is for challengetest.NewPool to say.
func parse(data []byte) (challengetest.Config, error) {
	if err := json.Unmarshal(data, new(any)); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			line := 1 + bytes.Count(data[:syntax.Offset], []byte("\n"))
			err = fmt.Errorf("config: line %d: %w", line, err)
		}
		return challengetest.Config{}, err
	}
	var config challengetest.Config
	err := object{
		"user_pool_id":        text(&config.UserPoolID),
		"mfa":                 text(&config.MFA),
		"username_attributes": list(text[types.UsernameAttributeType], &config.UsernameAttributes),
		"alias_attributes":    list(text[types.AliasAttributeType], &config.AliasAttributes),
		"clients":             list(client, &config.Clients),
		"users":               list(user, &config.Users),
	}.read("", data)
	return config, err
}

func client(c *challengetest.AppClient) reader {
	c.AuthFlows = types.ExplicitAuthFlowsType("").Values()
	return object{
		"client_id":     text(&c.ID),
		"client_secret": secret(&c.Secret),
		"auth_flows":    list(text[types.ExplicitAuthFlowsType], &c.AuthFlows),
	}.read
}

func user(u *challengetest.User) reader {
	return object{
		"username":            text(&u.Username),
		"password":            secret(&u.Password),
		"temporary":           truth(&u.Temporary),
		"attributes":          texts(&u.Attributes),
		"required_attributes": list(text[string], &u.RequiredAttributes),
		"mfa":                 list(text[types.ChallengeNameType], &u.MFA),
		"preferred_mfa":       text(&u.PreferredMFA),
		"totp_secret":         secret(&u.TOTPSecret),
	}.read
}

// A reader reads a JSON value. path is the value's place in the config, such
// as "users[0].username", which its errors begin with.
type reader func(path string, value json.RawMessage) error

// object has a reader for each member that a JSON object can have. Unlike
// encoding/json's own way with a struct, it tells which member of which object
// is unknown, and takes no other case for the name and no null for a value.
type object map[string]reader

func (o object) read(path string, value json.RawMessage) error {
	var members map[string]json.RawMessage
	if json.Unmarshal(value, &members) != nil || members == nil {
		return expected(path, "an object")
	}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(members)) {
		where := strings.TrimPrefix(path+"."+name, ".")
		if read, ok := o[name]; ok {
			problems = append(problems, read(where, members[name]))
		} else {
			known := strings.Join(slices.Sorted(maps.Keys(o)), ", ")
			problems = append(problems, fmt.Errorf("%s: unknown field; there are %s", where, known))
		}
	}
	return errors.Join(problems...)
}

// list reads a JSON list, and each of its elements by what element returns.
func list[T any](element func(*T) reader, to *[]T) reader {
	return func(path string, value json.RawMessage) error {
		var values []json.RawMessage
		if json.Unmarshal(value, &values) != nil || values == nil {
			return expected(path, "a list")
		}
		*to = make([]T, len(values))
		var problems []error
		for i := range values {
			problems = append(problems, element(&(*to)[i])(fmt.Sprintf("%s[%d]", path, i), values[i]))
		}
		return errors.Join(problems...)
	}
}

// texts reads a JSON object of strings, under any names.
func texts(to *map[string]string) reader {
	return func(path string, value json.RawMessage) error {
		var texts map[string]*string
		if json.Unmarshal(value, &texts) != nil || texts == nil {
			return expected(path, "an object of strings")
		}
		*to = make(map[string]string, len(texts))
		for name, text := range texts {
			if text == nil {
				return expected(path+"."+name, "a string")
			}
			(*to)[name] = *text
		}
		return nil
	}
}

func text[T ~string](to *T) reader {
	return scalar("a string", func(s string) { *to = T(s) })
}

func secret(to *challenge.Secret) reader {
	return scalar("a string", func(s string) { *to = challenge.NewSecret(s) })
}

func truth(to *bool) reader {
	return scalar("true or false", func(b bool) { *to = b })
}

// scalar reads a JSON value of type T, which is described as what.
func scalar[T any](what string, set func(T)) reader {
	return func(path string, value json.RawMessage) error {
		var v *T
		if json.Unmarshal(value, &v) != nil || v == nil {
			return expected(path, what)
		}
		set(*v)
		return nil
	}
}

func expected(path, what string) error {
	if path == "" {
		path = "config"
	}
	return fmt.Errorf("%s: expected %s", path, what)
}
