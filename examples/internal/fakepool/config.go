package fakepool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

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
		"user_pool_id":         text(&config.UserPoolID),
		"mfa":                  text(&config.MFA),
		"second_factors":       list(text[types.ChallengeNameType], &config.SecondFactors),
		"first_factors":        list(text[types.AuthFactorType], &config.FirstFactors),
		"web_authn":            webAuthn(&config.WebAuthn),
		"custom":               custom(&config.Triggers),
		"device_configuration": optional(deviceConfiguration, &config.DeviceConfiguration),
		"password_policy":      optional(passwordPolicy, &config.PasswordPolicy),
		"username_attributes":  list(text[types.UsernameAttributeType], &config.UsernameAttributes),
		"alias_attributes":     list(text[types.AliasAttributeType], &config.AliasAttributes),
		"clients":              list(client, &config.Clients),
		"users":                list(user, &config.Users),
	}.read("", data)
	return config, err
}

func webAuthn(w *types.WebAuthnConfigurationType) reader {
	return object{
		"relying_party_id":  optional(text[string], &w.RelyingPartyId),
		"user_verification": text(&w.UserVerification),
	}.read
}

func deviceConfiguration(d *types.DeviceConfigurationType) reader {
	return object{
		"challenge_required_on_new_device":      truth(&d.ChallengeRequiredOnNewDevice),
		"device_only_remembered_on_user_prompt": truth(&d.DeviceOnlyRememberedOnUserPrompt),
	}.read
}

// passwordPolicy leaves what it does not read as it is by default.
func passwordPolicy(p *types.PasswordPolicyType) reader {
	p.RequireLowercase, p.RequireNumbers, p.RequireSymbols, p.RequireUppercase = true, true, true, true
	return object{
		"minimum_length":    optional(number, &p.MinimumLength),
		"require_lowercase": truth(&p.RequireLowercase),
		"require_numbers":   truth(&p.RequireNumbers),
		"require_symbols":   truth(&p.RequireSymbols),
		"require_uppercase": truth(&p.RequireUppercase),
	}.read
}

func client(c *challengetest.AppClient) reader {
	c.AuthFlows = types.ExplicitAuthFlowsType("").Values()
	return object{
		"client_id":                     text(&c.ID),
		"client_secret":                 secret(&c.Secret),
		"auth_flows":                    list(text[types.ExplicitAuthFlowsType], &c.AuthFlows),
		"auth_session_validity":         duration(&c.AuthSessionValidity),
		"prevent_user_existence_errors": text(&c.PreventUserExistenceErrors),
		"refresh_token_rotation":        optional(rotation, &c.RefreshTokenRotation),
		"disable_token_revocation":      truth(&c.DisableTokenRevocation),
	}.read
}

func rotation(r *types.RefreshTokenRotationType) reader {
	return object{
		"feature":                    text(&r.Feature),
		"retry_grace_period_seconds": optional(number, &r.RetryGracePeriodSeconds),
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
		"sub":                 text(&u.Sub),
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

// optional reads a value that is nil where the config has none.
func optional[T any](value func(*T) reader, to **T) reader {
	return func(path string, data json.RawMessage) error {
		*to = new(T)
		return value(*to)(path, data)
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

func number(to *int32) reader {
	return scalar("a whole number from 0 to 65535", func(n uint16) { *to = int32(n) })
}

func duration(to *time.Duration) reader {
	return func(path string, value json.RawMessage) error {
		var s string
		var err error
		if json.Unmarshal(value, &s) == nil {
			*to, err = time.ParseDuration(s)
		}
		if s == "" || err != nil {
			return expected(path, `a duration such as "90s" or "3m"`)
		}
		return nil
	}
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
