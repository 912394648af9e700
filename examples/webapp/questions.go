package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// question is a challenge as a page shows it.
type question struct {
	Title, Text string
	Fields      []field  // to be filled in, and sent by the button Submit
	Submit      string   // with Answer, if that is not empty
	Answer      string   //
	Choices     []choice // instead, each a button
	QR          *qrCode  // for an authenticator app
	Key         string   // what the QR code says, to be typed
	Passkey     string   // options for the browser's navigator.credentials.get
}

// field is one input of a form.
type field struct {
	Name  string // of the input
	Field string // of the challenge, as an InvalidError has it
	Label string
	Type  string // of the input: text, password, …
	Fill  string // autocomplete
	Mode  string // inputmode
	Value string
	Wrong bool
}

type choice struct{ Answer, Label, Hint string }

func codeField(label string) field {
	return field{Name: "code", Field: "Code", Label: label, Type: "text", Fill: "one-time-code", Mode: "numeric"}
}

func passwordField() field {
	return field{Name: "password", Field: "Password", Label: "Password", Type: "password", Fill: "current-password"}
}

func emailField() field {
	return field{Name: "email", Field: "Email", Label: "E-mail address", Type: "email", Fill: "email"}
}

// question says what a challenge asks. fill, which follows, understands the
// answer.
func (s *site) question(r *http.Request, a attempt, c challenge.Challenge) (question, error) {
	switch c := c.(type) {
	// Second factors.
	case *challenge.SMSMFA:
		return sentCode(c.Delivery), nil
	case *challenge.SoftwareTokenMFA:
		return question{
			Title:  "Your authenticator app",
			Text:   "Type the code that your authenticator app shows now" + named(c.DeviceName) + ".",
			Fields: []field{codeField("Code")}, Submit: "Continue",
		}, nil
	case *challenge.SelectMFAType:
		return question{Title: "A second step", Text: "How do you want to confirm that it is you?", Choices: choices(c.CanChoose...)}, nil
	case *challenge.MFASetup:
		return s.setupQuestion(r, a, c)

	// A second factor, or the first one of USER_AUTH.
	case *challenge.EmailOTP:
		return sentCode(c.Delivery), nil

	// First factors of USER_AUTH.
	case *challenge.SelectChallenge:
		q := question{Title: "Choose how to sign in", Choices: choices(c.CanChoose...)}
		if how := passwordAnswer(c.CanChoose); how != "" {
			q.Fields, q.Submit, q.Answer = []field{passwordField()}, "Sign in with the password", string(how)
		}
		return q, nil
	case *challenge.SMSOTP:
		return sentCode(c.Delivery), nil
	case *challenge.Password, *challenge.PasswordSRP, *challenge.AdminNoSRPAuth: // the last is a legacy of the admin API
		return question{Title: "Your password", Fields: []field{passwordField()}, Submit: "Continue"}, nil
	case *challenge.WebAuthn:
		return question{
			Title: "Your passkey", Text: "Your browser asks you to confirm that it is you.",
			Passkey: c.RequestOptions, Submit: "Use a passkey",
		}, nil

	// The account is not complete.
	case *challenge.NewPasswordRequired:
		q := question{
			Title: "Choose a password", Text: "You signed in with a temporary password. Choose your own now.", Submit: "Continue",
			Fields: []field{{Name: "new_password", Field: "NewPassword", Label: "New password", Type: "password", Fill: "new-password"}},
		}
		for _, name := range c.RequiredAttributes {
			q.Fields = append(q.Fields, attributeField(name))
		}
		return q, nil

	// The pool's own.
	case *challenge.CustomChallenge:
		q := question{Title: "A question", Submit: "Continue", Fields: []field{{Name: "answer", Field: "Answer", Label: "Answer", Type: "text", Fill: "off"}}}
		for _, key := range c.Parameters.Keys() {
			if key != "USERNAME" {
				q.Text += fmt.Sprintf("%s: %s ", key, c.Parameters.Get(key))
			}
		}
		return q, nil

	// These are no questions to a person. The password and the device come with
	// the calls, which answer them; the device's cookie may be gone by now.
	case *challenge.PasswordVerifier, *challenge.DeviceSRPAuth, *challenge.DevicePasswordVerifier:
		return question{}, errNoQuestion
	case *challenge.Unknown:
		return question{}, errNoQuestion
	default: // a type that a later version of the library has
		return question{}, errNoQuestion
	}
}

var errNoQuestion = errors.New("the pool asks something that is no question to a person")

// fill fills in a challenge with the answer to its question. It reports whether
// the challenge can be answered now, or is to be shown again because it took
// another step.
func (s *site) fill(ctx context.Context, c challenge.Challenge, form url.Values) (bool, error) {
	code := challenge.NewSecret(strings.TrimSpace(form.Get("code")))
	password := challenge.NewSecret(form.Get("password"))
	chosen := types.ChallengeNameType(form.Get("answer"))
	switch c := c.(type) {
	case *challenge.SMSMFA:
		c.Code = code
	case *challenge.SoftwareTokenMFA:
		c.Code = code
	case *challenge.SelectMFAType:
		c.Answer = chosen
	case *challenge.MFASetup:
		return s.fillSetup(ctx, c, form, code)
	case *challenge.EmailOTP:
		c.Code = code
	case *challenge.SelectChallenge:
		c.Answer, c.Password = chosen, password
	case *challenge.SMSOTP:
		c.Code = code
	case *challenge.Password:
		c.Password = password
	case *challenge.PasswordSRP:
		c.Password = password
	case *challenge.AdminNoSRPAuth:
		c.Password = password
	case *challenge.WebAuthn:
		c.Credential = challenge.NewSecret(form.Get("credential"))
	case *challenge.NewPasswordRequired:
		c.NewPassword = challenge.NewSecret(form.Get("new_password"))
		c.Attributes = make(map[string]string)
		for _, name := range c.RequiredAttributes {
			c.Attributes[name] = strings.TrimSpace(form.Get("attribute-" + name))
		}
	case *challenge.CustomChallenge:
		c.Answer = challenge.NewSecret(form.Get("answer"))
	case *challenge.PasswordVerifier, *challenge.DeviceSRPAuth, *challenge.DevicePasswordVerifier, *challenge.Unknown:
		return false, errNoQuestion
	default:
		return false, errNoQuestion
	}
	return true, nil
}

// sentCode asks for a code that Cognito sent.
func sentCode(d challenge.Delivery) question {
	how := map[string]string{"SMS": "text message", "EMAIL": "e-mail"}[string(d.Medium)]
	if how == "" {
		how = "message"
	}
	q := question{Title: "Check your messages", Fields: []field{codeField("Code")}, Submit: "Continue"}
	q.Text = "We sent a code by " + how
	if d.Destination != "" {
		q.Text += " to " + d.Destination
	}
	q.Text += ". Type it here."
	return q
}

func named(device string) string {
	if device == "" {
		return ""
	}
	return " on " + device
}

// factors says what the names of factors mean to people, the easier ones first.
var factors = []struct {
	name        types.ChallengeNameType
	label, hint string
}{
	{types.ChallengeNameTypeWebAuthn, "Passkey", "Your fingerprint, face or screen lock."},
	{types.ChallengeNameTypeSoftwareTokenMfa, "Authenticator app", "Your app shows a code."},
	{types.ChallengeNameTypeSmsMfa, "Text message", "We send a code to your phone."},
	{types.ChallengeNameTypeSmsOtp, "Text message", "We send a code to your phone."},
	{types.ChallengeNameTypeEmailOtp, "E-mail", "We send a code to your mail box."},
}

// choices are the factors that take no more than a click.
func choices(from ...types.ChallengeNameType) []choice {
	var all []choice
	for _, f := range factors {
		if slices.Contains(from, f.name) {
			all = append(all, choice{string(f.name), f.label, f.hint})
		}
	}
	return all
}

// passwordAnswer is how to choose the password: better proven than sent.
func passwordAnswer(from []types.ChallengeNameType) types.ChallengeNameType {
	for _, name := range []types.ChallengeNameType{types.ChallengeNameTypePasswordSrp, types.ChallengeNameTypePassword} {
		if slices.Contains(from, name) {
			return name
		}
	}
	return ""
}

// attributes says what the names of attributes mean to people.
var attributes = map[string]field{
	"name":               {Label: "Your name", Fill: "name"},
	"given_name":         {Label: "First name", Fill: "given-name"},
	"family_name":        {Label: "Last name", Fill: "family-name"},
	"nickname":           {Label: "Nickname", Fill: "nickname"},
	"preferred_username": {Label: "Preferred user name", Fill: "username"},
	"email":              {Label: "E-mail address", Type: "email", Fill: "email"},
	"phone_number":       {Label: "Phone number, such as +15550100", Type: "tel", Fill: "tel"},
	"birthdate":          {Label: "Birthday", Type: "date", Fill: "bday"},
	"address":            {Label: "Address", Fill: "street-address"},
	"website":            {Label: "Web site", Type: "url", Fill: "url"},
}

func attributeField(name string) field {
	f := attributes[name]
	if f.Label == "" {
		f.Label = strings.ReplaceAll(strings.TrimPrefix(name, "custom:"), "_", " ")
	}
	if f.Type == "" {
		f.Type = "text"
	}
	if f.Fill == "" {
		f.Fill = "off"
	}
	f.Name, f.Field = "attribute-"+name, fmt.Sprintf("Attributes[%q]", name)
	return f
}

// canSetUp returns the factors that a sign-in can set up, of those that Cognito
// lists.
func canSetUp(c *challenge.MFASetup) []types.ChallengeNameType {
	var all []types.ChallengeNameType
	for _, name := range []types.ChallengeNameType{types.ChallengeNameTypeSoftwareTokenMfa, types.ChallengeNameTypeEmailOtp} {
		if slices.Contains(c.CanSetup, name) {
			all = append(all, name)
		}
	}
	return all
}

// setupQuestion asks which second factor to set up, then for the code of the
// new authenticator app.
func (s *site) setupQuestion(r *http.Request, a attempt, c *challenge.MFASetup) (question, error) {
	if c.Token.SecretCode.IsZero() {
		q := question{Title: "Set up a second step", Text: "A password alone is not enough here. Choose what you want to use besides."}
		for _, name := range canSetUp(c) {
			switch name {
			case types.ChallengeNameTypeSoftwareTokenMfa:
				q.Choices = choices(name)
			case types.ChallengeNameTypeEmailOtp:
				q.Fields, q.Submit, q.Answer = []field{emailField()}, "Use e-mail", string(name)
			}
		}
		return q, nil
	}
	code, err := drawQR(c.Token.URI(s.serviceName(r), a.Username))
	if err != nil {
		return question{}, err
	}
	return question{
		Title:  "Set up your authenticator app",
		Text:   "Scan this with the app, then type the code that it shows.",
		QR:     code,
		Key:    grouped(c.Token.SecretCode.Reveal()),
		Fields: []field{codeField("Code")}, Submit: "Continue",
	}, nil
}

// fillSetup takes one of the steps of MFA_SETUP.
func (s *site) fillSetup(ctx context.Context, c *challenge.MFASetup, form url.Values, code challenge.Secret) (bool, error) {
	switch {
	case !c.Token.SecretCode.IsZero():
		return true, c.VerifySoftwareToken(ctx, s.sdk, code, "Authenticator app")
	case form.Get("answer") == string(types.ChallengeNameTypeEmailOtp):
		c.Email = strings.TrimSpace(form.Get("email"))
		return true, nil
	default:
		_, err := c.AssociateSoftwareToken(ctx, s.sdk)
		return false, err
	}
}

// mark fills in again what was typed, secrets excepted, and marks what is
// wrong.
func (q *question) mark(form url.Values, err error) {
	for i := range q.Fields {
		f := &q.Fields[i]
		if f.Type != "password" && f.Name != "code" {
			f.Value = form.Get(f.Name)
		}
		f.Wrong = len(q.Fields) == 1 || slices.ContainsFunc(challenge.InvalidErrors(err), func(e *challenge.InvalidError) bool {
			return strings.EqualFold(e.Field, f.Field)
		})
	}
	if errors.Is(err, challenge.NewPasswordRejected) && len(q.Fields) > 0 {
		q.Fields[0].Wrong = true
	}
}

// labels returns what each field of the challenge is called on the page.
func (q *question) labels() map[string]string {
	all := maps.Clone(startLabels)
	for _, f := range q.Fields {
		all[f.Field] = f.Label
	}
	return all
}
