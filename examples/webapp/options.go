package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cognito-go/cognitoauth/challenge"
)

// options are what the flags say.
type options struct {
	addr string
	demo string // mfa, passkeys; counts without a user pool's id

	config   challenge.Config // all but its Transport
	api      string           // public, admin
	flow     string           // srp, password, custom
	region   string
	endpoint string // empty: Cognito's own in the region

	keys            []challenge.Secret
	validity        time.Duration // of a challenge
	proxies         []netip.Prefix
	serverName      string
	insecureCookies bool

	now func() time.Time // nil: time.Now
}

func flags(o *options) *flag.FlagSet {
	f := flag.NewFlagSet("webapp", flag.ContinueOnError)
	f.SetOutput(io.Discard) // run says what is wrong, in one line
	f.StringVar(&o.addr, "addr", "127.0.0.1:8080", "listen on this `address`; port 0 is a free one")
	o.demo = "mfa"
	f.Func("demo", "`kind` of the pool in memory: mfa (default), or passkeys", oneOf(&o.demo, "mfa", "passkeys"))
	f.StringVar(&o.config.UserPoolID, "user-pool-id", "", "`ID` of the user pool, such as eu-west-1_AbCdEfGhI (default: a pool in memory)")
	f.StringVar(&o.config.ClientID, "client-id", "", "`ID` of the app client")
	f.Func("client-secret", "`secret` of the app client, if it has one (or COGNITO_CLIENT_SECRET)", func(s string) error {
		o.config.ClientSecret = challenge.NewSecret(s)
		return nil
	})
	o.api, o.flow = "public", "srp"
	f.Func("api", "`operations` to call: public (default), or admin, which needs AWS credentials", oneOf(&o.api, "public", "admin"))
	f.Func("flow", "`how` to start: srp (default), which proves the password; password, which sends it; or custom, which proves it and leaves the rest to the pool's triggers", oneOf(&o.flow, "srp", "password", "custom"))
	f.StringVar(&o.region, "region", "", "AWS `region` (default the one in the user pool's ID)")
	f.Func("endpoint", "`URL` to call instead of Amazon's", func(s string) error {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return errors.New("expected a URL such as http://127.0.0.1:9229")
		}
		o.endpoint = strings.TrimSuffix(s, "/")
		return nil
	})
	f.Func("keys", "sealing `keys`, each 32 random bytes in base64, with commas between (or WEBAPP_KEYS); the first one seals, all open", func(s string) error {
		o.keys = keys(s)
		return nil
	})
	f.DurationVar(&o.validity, "session-validity", 3*time.Minute, "the app client's AuthSessionValidity")
	f.Func("trust-proxy", "`prefixes` of proxies, such as 10.0.0.0/16, whose X-Forwarded-For counts, with commas between", func(s string) error {
		for part := range strings.SplitSeq(s, ",") {
			prefix, err := netip.ParsePrefix(strings.TrimSpace(part))
			if err != nil {
				return err
			}
			o.proxies = append(o.proxies, prefix)
		}
		return nil
	})
	f.StringVar(&o.serverName, "server-name", "", "`name` under which users know the site (default: the one they ask for)")
	f.BoolVar(&o.insecureCookies, "insecure-cookies", false, "cookies without Secure, for a browser that refuses them on http://localhost")
	return f
}

func usage(to io.Writer) {
	f := flags(&options{})
	f.SetOutput(to)
	f.PrintDefaults()
}

// parse reads the flags, and the environment where a secret is not among them.
func parse(args []string, getenv func(string) string) (*options, error) {
	o := &options{}
	f := flags(o)
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	switch {
	case f.NArg() > 0:
		return nil, errors.New("there is an argument that is no flag")
	case o.config.UserPoolID == "" && o.config.ClientID != "":
		return nil, errors.New("missing -user-pool-id")
	case o.config.UserPoolID != "" && o.config.ClientID == "":
		return nil, errors.New("missing -client-id")
	}
	if o.config.ClientSecret.IsZero() {
		o.config.ClientSecret = challenge.NewSecret(getenv("COGNITO_CLIENT_SECRET"))
	}
	if len(o.keys) == 0 {
		o.keys = keys(getenv("WEBAPP_KEYS"))
	}
	if o.region == "" {
		o.region, _, _ = strings.Cut(o.config.UserPoolID, "_")
	}
	return o, nil
}

func oneOf(to *string, values ...string) func(string) error {
	return func(s string) error {
		if !slices.Contains(values, s) {
			return fmt.Errorf("expected %s", strings.Join(values, " or "))
		}
		*to = s
		return nil
	}
}

// keys takes a list apart. challenge.NewSealer says what is wrong with a key.
func keys(list string) []challenge.Secret {
	var all []challenge.Secret
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, challenge.NewSecret(part))
		}
	}
	return all
}

func newKey() challenge.Secret {
	key := make([]byte, 32)
	rand.Read(key)
	return challenge.NewSecret(base64.StdEncoding.EncodeToString(key))
}
