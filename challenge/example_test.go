package challenge_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// A sign-in is a loop around a type switch: each case fills in what Cognito
// asks for.
func Example() {
	// The pool in memory stands in for Amazon Cognito. A real program makes
	// its SDK client with cognitoidentityprovider.NewFromConfig.
	pool, err := challengetest.NewPool(challengetest.Config{
		Users: []challengetest.User{{
			Username:           "alice",
			Password:           challenge.NewSecret("Temp0rary!"),
			Temporary:          true,
			Attributes:         map[string]string{"phone_number": "+15550100"},
			RequiredAttributes: []string{"name"},
			MFA:                []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
		}},
	})
	if err != nil {
		log.Fatal(err)
	}

	client, err := challenge.New(challenge.Config{
		UserPoolID: pool.UserPoolID(),
		ClientID:   challengetest.DefaultClientID,
		Transport:  challenge.Public(pool.Client()),
	})
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	step, err := client.Start(ctx, challenge.UserSRP{
		Username: "alice",
		Password: challenge.NewSecret("Temp0rary!"),
	})
	for err == nil {
		switch s := step.(type) {
		case *challenge.Tokens:
			fmt.Printf("signed in as %s for %v\n", s.Username, s.ExpiresIn)
			return

		case *challenge.NewPasswordRequired:
			fmt.Println("new password, and", s.RequiredAttributes)
			s.NewPassword = challenge.NewSecret("Pa$$w0rd, new")
			s.Attributes = map[string]string{"name": "Alice"}
			step, err = client.Respond(ctx, s)

		case *challenge.SMSMFA:
			fmt.Println("code sent to", s.Delivery.Destination)
			s.Code = pool.Messages()[0].Code // what a person would read and type
			step, err = client.Respond(ctx, s)

		default:
			err = fmt.Errorf("can't answer %T", s)
		}
	}
	log.Fatal(err)

	// Output:
	// new password, and [name]
	// code sent to +*******0100
	// signed in as alice for 1h0m0s
}

// Those who make the call themselves use a challenge as a builder: filled in
// by hand, it is checked and becomes the SDK's input.
func ExampleConfig_AdminRespondInput() {
	config := challenge.Config{
		UserPoolID:   "eu-west-1_AbCdEfGhI",
		ClientID:     "demo",
		ClientSecret: challenge.NewSecret("secret"), // from a secret store
	}

	form := &challenge.NewPasswordRequired{
		Issued: challenge.Issued{
			Username: "alice", // the name that Cognito returned, not an alias
			Session:  challenge.NewSecret("AYAB…"),
		},
		RequiredAttributes: []string{"name"},
		NewPassword:        challenge.NewSecret("Pa$$w0rd, new"),
	}
	_, err := config.AdminRespondInput(form)
	fmt.Println(err)

	form.Attributes = map[string]string{"name": "Alice"}
	in, err := config.AdminRespondInput(form)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(in.ChallengeName, challenge.NewParams(in.ChallengeResponses))
	// Output:
	// challenge: NEW_PASSWORD_REQUIRED: Attributes["name"] (userAttributes.name) is required
	// NEW_PASSWORD_REQUIRED [NEW_PASSWORD SECRET_HASH USERNAME userAttributes.name]
}

// The Reason of an error says what to do next.
func ExampleError() {
	_, client := demo(challengetest.User{}, challengetest.Config{})

	_, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: challenge.NewSecret("wrong")})

	var refused *challenge.Error
	switch {
	case errors.Is(err, challenge.BadCredentials):
		fmt.Println("user name or password is wrong")
	case errors.Is(err, challenge.LockedOut):
		fmt.Println("too many tries, wait a while")
	case errors.As(err, &refused) && refused.Retryable:
		fmt.Println("try again later")
	}
	// The SDK's own error is still there.
	var notAuthorized *types.NotAuthorizedException
	fmt.Println(errors.As(err, &notAuthorized))
	// Output:
	// user name or password is wrong
	// true
}

// One function answers every challenge, and is asked again after a wrong code.
func ExampleClient_SignIn() {
	pool, client := demo(challengetest.User{
		Attributes: map[string]string{"phone_number": "+15550100"},
		MFA:        []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
	}, challengetest.Config{})

	tokens, err := client.SignIn(ctx, challenge.UserSRP{Username: "alice", Password: password},
		func(_ context.Context, ch challenge.Challenge, attempt challenge.Attempt) error {
			sms, ok := ch.(*challenge.SMSMFA)
			if !ok {
				return fmt.Errorf("can't answer %s", ch.Name())
			}
			if attempt.Number == 1 {
				sms.Code = challenge.NewSecret("not-the-code")
				return nil
			}
			fmt.Println("asked again:", errors.Is(attempt.Err, challenge.BadCode))
			sms.Code = received(pool)
			return nil
		})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in as", tokens.Username)
	// Output:
	// asked again: true
	// signed in as alice
}

// A web backend issues the challenge in one request and answers it in the
// next. Between them the user's browser keeps it, sealed, in a cookie.
func ExampleSealer() {
	pool, client := demo(challengetest.User{
		Attributes: map[string]string{"phone_number": "+15550100"},
		MFA:        []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
	}, challengetest.Config{})
	sealer, err := challenge.NewSealer(challenge.SealerConfig{
		UserPoolID: pool.UserPoolID(),
		ClientID:   challengetest.DefaultClientID,
		// openssl rand -base64 32, from a secret store, the same for all replicas
		Keys: []challenge.Secret{challenge.NewSecret("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")},
	})
	if err != nil {
		log.Fatal(err)
	}

	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		step, err := client.Start(r.Context(), challenge.UserSRP{
			Username: r.PostFormValue("username"),
			Password: challenge.NewSecret(r.PostFormValue("password")),
		})
		proceed(w, sealer, step, err)
	})
	mux.HandleFunc("POST /code", func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("__Host-challenge")
		if err != nil {
			http.Error(w, "please start again", http.StatusBadRequest)
			return
		}
		ch, err := sealer.Open(cookie.Value, "sign-in")
		if err != nil { // changed, or older than the session would be
			http.Error(w, "please start again", http.StatusBadRequest)
			return
		}
		sms, ok := ch.(*challenge.SMSMFA)
		if !ok {
			http.Error(w, "please start again", http.StatusBadRequest)
			return
		}
		sms.Code = challenge.NewSecret(r.PostFormValue("code"))
		step, err := client.Respond(r.Context(), sms)
		proceed(w, sealer, step, err)
	})

	// A browser signs in.
	send := func(path string, form url.Values, cookies []*http.Cookie) *http.Response {
		r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Print(w.Body)
		return w.Result()
	}
	first := send("/sign-in", url.Values{"username": {"alice"}, "password": {"Passw0rd!"}}, nil)
	code := received(pool).Reveal()
	send("/code", url.Values{"code": {"000"}}, first.Cookies())
	send("/code", url.Values{"code": {code}}, first.Cookies())
	// Output:
	// code sent to +*******0100
	// wrong code, please try again
	// welcome, alice
}

// proceed shows the page of the next step.
func proceed(w http.ResponseWriter, sealer *challenge.Sealer, step challenge.Step, err error) {
	switch {
	case errors.Is(err, challenge.BadCode): // the cookie is still good
		fmt.Fprintln(w, "wrong code, please try again")
		return
	case err != nil:
		http.Error(w, "please start again", http.StatusForbidden)
		return
	}
	switch s := step.(type) {
	case *challenge.Tokens:
		fmt.Fprintln(w, "welcome,", s.Username)
	case *challenge.SMSMFA:
		sealed, err := sealer.Seal(s, "sign-in")
		if err != nil {
			http.Error(w, "please start again", http.StatusInternalServerError)
			return
		}
		http.SetCookie(w, &http.Cookie{
			Name: "__Host-challenge", Value: sealed, Path: "/",
			Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		})
		fmt.Fprintln(w, "code sent to", s.Delivery.Destination)
	default:
		http.Error(w, "please start again", http.StatusNotImplemented)
	}
}
