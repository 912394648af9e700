package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// options are what the flags say.
type options struct {
	config   challenge.Config // all but its Transport
	username string
	password challenge.Secret // empty: ask for it
	flow     string           // srp, password, custom, choice
	prefer   types.ChallengeNameType
	device   string // file; empty: none
	api      string // public, admin
	endpoint string // empty: Cognito's own in the region
	region   string
	json     bool
}

// flags returns the flags that set o.
func flags(o *options) *flag.FlagSet {
	f := flag.NewFlagSet("signin", flag.ContinueOnError)
	f.SetOutput(io.Discard) // run says what is wrong, in one line
	f.StringVar(&o.config.UserPoolID, "user-pool-id", "", "`ID` of the user pool, such as eu-west-1_AbCdEfGhI")
	f.StringVar(&o.config.ClientID, "client-id", "", "`ID` of the app client")
	f.Func("client-secret", "`secret` of the app client, if it has one (or COGNITO_CLIENT_SECRET)", secret(&o.config.ClientSecret))
	f.StringVar(&o.username, "username", "", "`name` or alias of the user")
	f.Func("password", "`password` of the user (or COGNITO_PASSWORD, or when asked)", secret(&o.password))
	o.flow, o.api = "srp", "public"
	f.Func("flow", "`how` to start: srp (default), which proves the password; password, which sends it; custom, which asks what the pool's triggers ask; choice, which lets the user choose", oneOf(&o.flow, "srp", "password", "custom", "choice"))
	f.Func("prefer", "`challenge` to begin with in -flow choice: PASSWORD, PASSWORD_SRP, EMAIL_OTP, SMS_OTP or WEB_AUTHN (default: choose when asked)", oneOf(&o.prefer, "PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"))
	f.StringVar(&o.device, "device", "", "`file` in which to remember the device, so that the pool asks less")
	f.Func("api", "`operations` to call: public (default), or admin, which needs AWS credentials", oneOf(&o.api, "public", "admin"))
	f.Func("endpoint", "`URL` to call instead of Amazon's", endpoint(&o.endpoint))
	f.StringVar(&o.region, "region", "", "AWS `region` (default the one in the user pool's ID)")
	f.BoolVar(&o.json, "json", false, "print the outcome as one JSON object")
	return f
}

// usage lists the flags.
func usage(to io.Writer) {
	f := flags(&options{})
	f.SetOutput(to)
	fmt.Fprintln(to, "Without flags: a demonstration. With flags:")
	f.PrintDefaults()
}

// parse reads the flags, and the environment where a secret is not among them.
func parse(args []string, getenv func(string) string) (*options, error) {
	o := &options{}
	f := flags(o)
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, errors.New("there is an argument that is no flag")
	}
	var missing []string
	for _, name := range []string{"user-pool-id", "client-id", "username"} {
		if f.Lookup(name).Value.String() == "" {
			missing = append(missing, "-"+name)
		}
	}
	if missing != nil {
		return nil, fmt.Errorf("missing %s", strings.Join(missing, ", "))
	}
	if o.prefer != "" && o.flow != "choice" {
		return nil, errors.New("-prefer is for -flow choice")
	}
	if o.config.ClientSecret.IsZero() {
		o.config.ClientSecret = challenge.NewSecret(getenv("COGNITO_CLIENT_SECRET"))
	}
	if o.password.IsZero() {
		o.password = challenge.NewSecret(getenv("COGNITO_PASSWORD"))
	}
	if o.region == "" {
		o.region, _, _ = strings.Cut(o.config.UserPoolID, "_")
	}
	return o, nil
}

func secret(to *challenge.Secret) func(string) error {
	return func(s string) error {
		*to = challenge.NewSecret(s)
		return nil
	}
}

func oneOf[T ~string](to *T, values ...string) func(string) error {
	return func(s string) error {
		if !slices.Contains(values, s) {
			return fmt.Errorf("expected %s", strings.Join(values, " or "))
		}
		*to = T(s)
		return nil
	}
}

func endpoint(to *string) func(string) error {
	return func(s string) error {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return errors.New("expected a URL such as http://127.0.0.1:8080")
		}
		*to = s
		return nil
	}
}
