// Shows this server's OpenAPI document in the page; asks nobody outside.
window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/docs/openapi.json",
    dom_id: "#openapi",
    deepLinking: true,
    docExpansion: "list",
    operationsSorter: "alpha",
    validatorUrl: null,
  });
});
