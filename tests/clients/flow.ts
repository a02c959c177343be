// Register, import, read: with the generated client, types checked.
import { readFile } from "node:fs/promises";
import { dashtam } from "./client.js";

const { BASE_URL = "", EMAIL = "", PASSWORD = "", STATEMENT = "", MAIL_TOKEN = "" } = process.env;

function told<T>(what: string, answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(`${what}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

const visitor = dashtam(BASE_URL);
if (!MAIL_TOKEN) {
  told("register", await visitor.POST("/api/v1/users", { body: { email: EMAIL, password: PASSWORD } }));
} else {
  told("verify", await visitor.POST("/api/v1/email-verifications", { body: { token: MAIL_TOKEN } }));
  const credentials = { email: EMAIL, password: PASSWORD };
  const tokens = told("log in", await visitor.POST("/api/v1/sessions", { body: credentials }));
  const person = dashtam(BASE_URL, tokens.access_token);
  const file = new File([await readFile(STATEMENT)], "statement.ofx");
  const form = new FormData();
  form.append("file", file);
  const done = told(
    "import",
    await person.POST("/api/v1/imports", { body: { file: "" }, bodySerializer: () => form }),
  );
  const found = told("read", await person.GET("/api/v1/transactions", { params: { query: { limit: 500 } } }));
  console.log(JSON.stringify({ added: done.accounts[0]?.transactions_new, read: found.transactions.length }));
}
