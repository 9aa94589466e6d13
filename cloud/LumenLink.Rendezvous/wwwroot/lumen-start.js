// Starts the live connection, and keeps trying when it is lost. A service that was restarted does not know this page any
// more: the page is loaded anew.
(() => {
  Blazor.start({
    circuit: { reconnectionOptions: { maxRetries: 1e6, retryIntervalMilliseconds: attempt => attempt < 5 ? 1000 : 3000 } },
  });
  document.getElementById("components-reconnect-modal")
    .addEventListener("components-reconnect-state-changed", event => {
      if (event.detail.state === "rejected" || event.detail.state === "failed") location.reload();
    });
})();
