package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// verifier verifies the pool's tokens by its public keys, which it fetches when
// there is a token of a key that it does not know.
type verifier struct{ id, access *oidc.IDTokenVerifier }

func newVerifier(ctx context.Context, issuer, keySetURL, clientID string, now func() time.Time) *verifier {
	ctx = oidc.ClientContext(ctx, &http.Client{Timeout: 5 * time.Second})
	keys := oidc.NewRemoteKeySet(ctx, keySetURL)
	return &verifier{
		id: oidc.NewVerifier(issuer, keys, &oidc.Config{ClientID: clientID, Now: now}),
		// An access token has no audience, but a claim client_id.
		access: oidc.NewVerifier(issuer, keys, &oidc.Config{ClientID: clientID, SkipClientIDCheck: true, Now: now}),
	}
}

// claims are what the tokens say of the user.
type claims struct {
	Username string
	Name     string
	Email    string
	SignedIn time.Time
	Expiry   time.Time
}

var errForeignToken = errors.New("the token is for another use or app client")

// verify verifies both tokens. The error is an *oidc.TokenExpiredError when it
// takes new ones.
func (v *verifier) verify(ctx context.Context, in session) (claims, error) {
	id, err := v.id.Verify(ctx, in.IDToken)
	if err != nil {
		return claims{}, err
	}
	access, err := v.access.Verify(ctx, in.AccessToken)
	if err != nil {
		return claims{}, err
	}
	var ofID struct {
		Use      string `json:"token_use"`
		Username string `json:"cognito:username"`
		Name     string `json:"name"`
		Email    string `json:"email"`
		AuthTime int64  `json:"auth_time"`
	}
	var ofAccess struct {
		Use      string `json:"token_use"`
		ClientID string `json:"client_id"`
	}
	if err := errors.Join(id.Claims(&ofID), access.Claims(&ofAccess)); err != nil {
		return claims{}, err
	}
	if ofID.Use != "id" || ofAccess.Use != "access" || len(id.Audience) != 1 || ofAccess.ClientID != id.Audience[0] || access.Subject != id.Subject {
		return claims{}, errForeignToken
	}
	return claims{
		Username: ofID.Username,
		Name:     ofID.Name,
		Email:    ofID.Email,
		SignedIn: time.Unix(ofID.AuthTime, 0).UTC(),
		Expiry:   access.Expiry.UTC(),
	}, nil
}
