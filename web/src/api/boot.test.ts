import { expect, it } from "vitest";
import { takeBootAnswer } from "./boot";

it("gives each answer once, whatever the order of its parameters", () => {
  document.head.innerHTML = `<script type="application/json" id="boot" data-lang="zh">[{"path":"/api/v1/customers?limit=50&sort=name","data":{"items":[]}}]</script>`;
  expect(takeBootAnswer("/api/v1/meta")).toBeUndefined();
  expect(takeBootAnswer("/api/v1/customers?sort=name&limit=50")).toEqual({ items: [] });
  expect(takeBootAnswer("/api/v1/customers?sort=name&limit=50")).toBeUndefined();
  expect(document.getElementById("boot")).toBeNull();
});
