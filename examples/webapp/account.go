package main

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/cognito-go/cognitoauth/challenge"
)

// current returns who is signed in, with tokens that have been verified and, if
// they had expired, renewed. When nobody is, it answers the request and reports
// false.
func (s *site) current(w http.ResponseWriter, r *http.Request) (session, claims, bool) {
	in, err := s.session(r)
	if err != nil {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return session{}, claims{}, false
	}
	who, err := s.tokens.verify(r.Context(), in)
	if expired := new(oidc.TokenExpiredError); errors.As(err, &expired) {
		return s.renew(w, r, in)
	}
	if err != nil {
		// The tokens were sealed here, so it is rather the keys that can't be
		// fetched. Nobody is signed out for that.
		s.log.Error("tokens can't be verified", "err", err)
		s.fail(w, http.StatusServiceUnavailable, ourFault)
		return session{}, claims{}, false
	}
	return in, who, true
}

// renew gets new tokens. Of two requests that do so at once with a pool that
// rotates refresh tokens, one fails unless the app client has a grace period.
func (s *site) renew(w http.ResponseWriter, r *http.Request, in session) (session, claims, bool) {
	tokens, err := s.client.GetTokensFromRefreshToken(r.Context(), s.sdk,
		challenge.Refresh{RefreshToken: challenge.NewSecret(in.RefreshToken), Username: in.Username},
		s.callOptions(r, in.Typed))
	var who claims
	if err == nil {
		in.AccessToken, in.IDToken = tokens.AccessToken.Reveal(), tokens.IDToken.Reveal()
		in.RefreshToken = tokens.RefreshToken.Reveal()
		who, err = s.tokens.verify(r.Context(), in)
	}
	var refused *challenge.Error
	switch {
	case err == nil:
		s.keepSession(w, r, in)
		return in, who, true
	case errors.As(err, &refused) && !refused.Retryable && !refused.Ambiguous && refused.Reason != challenge.Misconfigured:
		s.log.Info("refresh refused", "err", err)
		s.dropCookie(w, r, sessionCookie)
		s.startPage(w, http.StatusUnauthorized, attempt{Username: in.Typed}, sentences[challenge.TokenInvalid])
	default:
		s.log.Error("no new tokens", "err", err)
		s.fail(w, http.StatusServiceUnavailable, sentence(err, nil))
	}
	return session{}, claims{}, false
}

// notices are what the account page can be asked to say.
var notices = map[string]string{
	"refreshed": "You have new tokens.",
	"passkey":   "Your passkey is registered. Next time you can sign in with it.",
	"forgotten": "This device is forgotten. Next time you are asked for a code again.",
}

func (s *site) showAccount(w http.ResponseWriter, r *http.Request) {
	in, who, ok := s.current(w, r)
	if !ok {
		return
	}
	d := s.device(r, in.Typed)
	s.show(w, http.StatusOK, "account", map[string]any{
		"Who": who, "Notice": notices[r.FormValue("done")], "Remembered": d != nil && d.Remembered,
	})
}

func (s *site) refresh(w http.ResponseWriter, r *http.Request) {
	in, err := s.session(r)
	if err != nil {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return
	}
	if _, _, ok := s.renew(w, r, in); ok {
		http.Redirect(w, r, "/?done=refreshed", http.StatusSeeOther)
	}
}

// signOut makes the tokens worthless, here or everywhere, and drops them. What
// the pool says to that does not keep the user signed in.
func (s *site) signOut(w http.ResponseWriter, r *http.Request) {
	if in, err := s.session(r); err == nil {
		if r.PostFormValue("everywhere") != "" {
			_, err = s.sdk.GlobalSignOut(r.Context(), &cip.GlobalSignOutInput{AccessToken: aws.String(in.AccessToken)})
		} else {
			_, err = s.sdk.RevokeToken(r.Context(), &cip.RevokeTokenInput{
				ClientId: aws.String(s.config.ClientID), ClientSecret: s.clientSecret(), Token: aws.String(in.RefreshToken),
			})
		}
		if err != nil {
			s.log.Warn("the tokens are not revoked", "err", err)
		}
		if d := s.device(r, in.Typed); d != nil && !d.Remembered {
			s.dropCookie(w, r, deviceCookie(in.Typed))
		}
	}
	s.dropCookie(w, r, sessionCookie)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

func (s *site) clientSecret() *string {
	if s.config.ClientSecret.IsZero() {
		return nil
	}
	return aws.String(s.config.ClientSecret.Reveal())
}

func (s *site) forgetDevice(w http.ResponseWriter, r *http.Request) {
	in, _, ok := s.current(w, r)
	if !ok {
		return
	}
	if d := s.device(r, in.Typed); d != nil {
		if _, err := s.sdk.UpdateDeviceStatus(r.Context(), &cip.UpdateDeviceStatusInput{
			AccessToken: aws.String(in.AccessToken), DeviceKey: aws.String(d.DeviceKey), DeviceRememberedStatus: "not_remembered",
		}); err != nil {
			s.log.Warn("the device is not forgotten", "err", err)
			s.fail(w, http.StatusBadGateway, ourFault)
			return
		}
		d.Remembered = false // and still needed to refresh
		s.keepDevice(w, r, in.Typed, *d)
	}
	http.Redirect(w, r, "/?done=forgotten", http.StatusSeeOther)
}

// offerPasskey shows the page on which the browser makes a passkey: POST
// /passkey. What Cognito wants to know of it stays with Cognito until then.
func (s *site) offerPasskey(w http.ResponseWriter, r *http.Request) {
	in, _, ok := s.current(w, r)
	if !ok {
		return
	}
	var options []byte
	out, err := s.sdk.StartWebAuthnRegistration(r.Context(), &cip.StartWebAuthnRegistrationInput{AccessToken: aws.String(in.AccessToken)})
	if err == nil {
		options, err = out.CredentialCreationOptions.MarshalSmithyDocument()
	}
	if err != nil {
		s.log.Warn("no passkey can be made", "err", err)
		s.fail(w, http.StatusBadGateway, ourFault)
		return
	}
	s.show(w, http.StatusOK, "passkey", map[string]any{"Options": string(options)})
}

// registerPasskey hands the browser's new passkey to Cognito: POST
// /passkey/register.
func (s *site) registerPasskey(w http.ResponseWriter, r *http.Request) {
	in, _, ok := s.current(w, r)
	if !ok {
		return
	}
	var credential map[string]any
	if json.Unmarshal([]byte(r.PostFormValue("credential")), &credential) != nil {
		s.fail(w, http.StatusUnprocessableEntity, "Your browser sent no passkey.")
		return
	}
	if _, err := s.sdk.CompleteWebAuthnRegistration(r.Context(), &cip.CompleteWebAuthnRegistrationInput{
		AccessToken: aws.String(in.AccessToken), Credential: document.NewLazyDocument(credential),
	}); err != nil {
		s.log.Warn("passkey refused", "err", err)
		s.fail(w, http.StatusUnprocessableEntity, "This passkey was not accepted. Please try again.")
		return
	}
	http.Redirect(w, r, "/?done=passkey", http.StatusSeeOther)
}
