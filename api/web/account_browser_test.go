package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mawid/internal/browsertest"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

// accountWords are what the pages of accounts say in one language.
type accountWords struct {
	lang, newToken, turnOn, noted, change, add string
}

var accountTongues = []accountWords{
	{"ar", "إنشاء رمز ولوج", "تفعيل الرمز", "سجلتها، متابعة", "تغيير كلمة المرور", "إضافة موظف"},
	{"fr", "Créer un jeton", "Activer le code", "C'est noté, continuer", "Changer le mot de passe", "Ajouter une personne"},
}

// TestAccountsInABrowser: every page of accounts, faults included, in both
// directions of writing, on a phone and on a desk: no rule of accessibility is
// broken, nothing is wider than the screen, no other host is asked.
func TestAccountsInABrowser(t *testing.T) {
	h := newOutsideHouse(t, testdb.Open(t, testdb.SQLite(t)), "email").house
	browser := browsertest.Start(t)
	for i, words := range accountTongues {
		for j, screen := range []browsertest.Screen{browsertest.Phone, browsertest.Desktop} {
			t.Run(words.lang+", "+screen.Name, func(t *testing.T) {
				login := fmt.Sprintf("agent-%d%d", i, j)
				h.account("usr_"+login, login, func(u *scheduler.User) { u.Outside = "https://id.example " + login })
				h.clock.Advance(time.Minute)
				c := &checker{h, browser.Tab(t, screen, false), words.lang}
				c.ownAccount(words, login)
				c.allAccounts(words, login)
				c.Clean(h.host())
			})
		}
	}
}

// ownAccount is the way of an agent: sign-in, code, password, token.
func (c *checker) ownAccount(words accountWords, login string) {
	c.page("sign-in", "/desk/sign-in", 200)
	c.page("sign-in that failed elsewhere", "/desk/sign-in?identity=unknown", 200)
	c.Type("login", login)
	c.Type("password", "wrong password")
	c.Submit("password", 401)
	c.Axe(c.lang + ": sign-in refused")
	c.Type("password", password)
	c.Submit("password", 200)
	c.page("account", "/desk/account", 200)

	c.Click(words.turnOn)
	c.Axe(c.lang + ": code")
	key := authenticator(strings.ReplaceAll(c.textOf("bdi.code"), " ", ""))
	c.Type("code", "000000")
	c.Submit("code", 422)
	c.Axe(c.lang + ": code refused")
	c.Type("code", key.code(c.clock.Now()))
	c.Submit("code", 200)
	c.Axe(c.lang + ": recovery codes")
	c.Click(words.noted)

	c.Type("name", "Registre des dossiers")
	c.press("token", words.newToken, 200)
	c.page("account with a token", "/desk/account", 200)
	c.page("password", "/desk/account/password", 200)
	c.Type("old_password", "wrong password")
	c.Type("new_password", "another good password")
	c.Submit("new_password", 422)
	c.Axe(c.lang + ": password refused")

	c.Forget()
	c.Open(c.server.URL + "/" + c.lang + "/desk/sign-in")
	c.Type("login", login)
	c.Type("password", password)
	c.Submit("password", 200)
	c.Axe(c.lang + ": code wanted")
	c.Type("code", "000000")
	c.Submit("code", 401)
	c.Axe(c.lang + ": code wrong")
	c.Forget()
}

// allAccounts is the way of an administrator.
func (c *checker) allAccounts(words accountWords, login string) {
	c.Open(c.server.URL + "/" + c.lang + "/desk/sign-in")
	c.Type("login", "admin")
	c.Type("password", password)
	c.Submit("password", 200)
	c.page("accounts", "/desk/users", 200)
	c.Type("login", login)
	c.press("an account that exists", words.add, 422)
	c.Type("login", "-2") // goes behind what stands there
	c.press("password of somebody", words.add, 200)
	c.page("an account", "/desk/users/usr_"+login, 200)
	c.page("deeds", "/desk/deeds", 200)
}

// textOf is the text of the first element that a selector finds.
func (c *checker) textOf(selector string) string {
	c.t.Helper()
	text, err := chromedp.Run(c.Context(), chromedp.Evaluate[string]("document.querySelector("+fmt.Sprintf("%q", selector)+").textContent"))
	c.must(err)
	return text
}

// TestIdentityServiceInABrowser: a real browser goes to the provider and back, as
// the pages' policy lets it.
func TestIdentityServiceInABrowser(t *testing.T) {
	h := newOutsideHouse(t, testdb.Open(t, testdb.SQLite(t)), "email")
	h.account("usr_3", "amina@dgi.example", nil)
	v := browsertest.Start(t).Tab(t, browsertest.Desktop, false)
	v.Open(h.server.URL + "/ar/desk/sign-in")
	v.Click("تسجيل الدخول عبر خدمة الهوية")
	if !strings.HasPrefix(v.Address(), h.provider.issuer()+"/interaction/") {
		t.Fatalf("the button leads to %s", v.Address())
	}
	v.Do("say who it is", chromedp.SendKeys(chromedp.CSS("[name=login]"), "amina"), chromedp.SendKeys(chromedp.CSS("[name=password]"), "any"))
	v.Goes("sign in there", 200, chromedp.Click(chromedp.CSS("button[type=submit]")))
	v.Goes("agree", 200, chromedp.Click(chromedp.CSS("button[type=submit]")))
	if v.Address() != h.server.URL+"/ar/desk" {
		t.Errorf("and back to %s", v.Address())
	}
	v.Goes("sign out", 200, chromedp.Click(chromedp.CSS("nav.desk form button")))
	v.Axe("ar: signed out, not at the provider")
	v.Click("إغلاقها هناك أيضا")
	v.Goes("sign out there", 200, chromedp.Click(chromedp.CSS("button[value=yes]")))
	if !strings.HasPrefix(v.Address(), h.server.URL+"/desk/sign-in") && !strings.HasPrefix(v.Address(), h.server.URL+"/ar/desk/sign-in") {
		t.Errorf("after signing out of both at %s", v.Address())
	}

	// Linking one's own account: a form here, a link to the provider.
	v.Open(h.server.URL + "/ar/desk/sign-in")
	v.Type("login", "agent")
	v.Type("password", password)
	v.Submit("password", 200)
	v.Open(h.server.URL + "/ar/desk/account")
	v.Click("ربط هذا الحساب")
	v.Axe("ar: on to the identity service")
	v.Click("المتابعة إلى خدمة الهوية")
	v.Do("say who it is", chromedp.SendKeys(chromedp.CSS("[name=login]"), "badr"), chromedp.SendKeys(chromedp.CSS("[name=password]"), "any"))
	v.Goes("sign in there", 200, chromedp.Click(chromedp.CSS("button[type=submit]")))
	v.Goes("agree", 200, chromedp.Click(chromedp.CSS("button[type=submit]")))
	v.Reads("هذا الحساب مرتبط بهويتك")
	v.Axe("ar: linked account")
}
