// An identity provider for tests: that of the npm module "oidc-provider", with its own pages for signing in. It takes the
// module's file, the redirect address, where people come back to after signing out, and a port (0 for any). It prints its
// port and ends with its standard input. Any login and password will do; what is known of a person follows from the login:
// "unverified-…" has an address that nobody checked, "CAPS-…" one in capitals.
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const [module, redirect, back, port] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(module).href);
console.info = console.warn = () => {}; // it talks of what a real installation needs

const server = createServer();
server.listen(Number(port), "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "mawid", client_secret: "a secret of the client", redirect_uris: [redirect], post_logout_redirect_uris: [back] }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["preferred_username"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id, preferred_username: id, email_verified: !id.startsWith("unverified-"),
        email: id.startsWith("CAPS-") ? `${id.slice(5).toUpperCase()}@DGI.EXAMPLE` : `${id}@dgi.example`,
      }),
    }),
  });
  server.on("request", provider.callback());
  console.log(server.address().port);
});
process.stdin.on("end", () => process.exit(0)).resume();
