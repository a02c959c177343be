// The generated description of Dashtam's API, as a client.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

export function dashtam(baseUrl: string, token?: string) {
  return createClient<paths>({ baseUrl, headers: token ? { Authorization: `Bearer ${token}` } : {} });
}
