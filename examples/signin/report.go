package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// outcome is what -json prints.
type outcome struct {
	SignedIn  bool                      `json:"signed_in"`
	Username  string                    `json:"username,omitempty"`
	Error     string                    `json:"error,omitempty"`
	Steps     []types.ChallengeNameType `json:"steps"`
	TokenType string                    `json:"token_type,omitempty"`
	ExpiresIn int                       `json:"expires_in,omitempty"` // seconds
}

// report prints how the sign-in ended. Tokens are not printed: whoever wants to
// use them is in the wrong program.
func report(to io.Writer, o *options, tokens *challenge.Tokens, seen *transcript, err error) {
	if !o.json {
		if err == nil {
			fmt.Fprintln(to, signedIn(tokens))
		}
		return
	}
	out := outcome{Steps: append([]types.ChallengeNameType{}, seen.steps...)} // [], not null
	if err != nil {
		out.Error = explain(err, o)
	} else {
		out.SignedIn = true
		out.Username = tokens.Username
		out.TokenType = tokens.TokenType
		out.ExpiresIn = int(tokens.ExpiresIn.Seconds())
	}
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	encoder.Encode(out)
}

func signedIn(t *challenge.Tokens) string {
	return fmt.Sprintf("signed in as %s, %s token for %v", t.Username, t.TokenType, t.ExpiresIn)
}
