// Runs on the page of a company that frames a form: gives the frame the height of what it shows. It listens to frames of
// the site it was loaded from alone.
(() => {
  "use strict";
  const from = new URL(document.currentScript.src).origin;
  addEventListener("message", (e) => {
    const height = e.data && e.data.genjinForm;
    if (e.origin !== from || typeof height !== "number" || !(height > 0 && height < 20000)) return;
    for (const frame of document.querySelectorAll("iframe")) {
      if (frame.contentWindow === e.source) frame.style.height = `${height}px`;
    }
  });
  // A frame that was there first has told its height to nobody.
  for (const frame of document.querySelectorAll("iframe")) {
    if (frame.src.startsWith(`${from}/f/`)) frame.contentWindow.postMessage({ genjinForm: "height" }, "*");
  }
})();
