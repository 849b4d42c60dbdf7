/** "Tell me on this device": asks the browser, and sends the address and the keys by which it can be told. */
import { box, part } from "./elements/part.js";
import { say } from "./elements/flashes.js";
import { wordsOf } from "./elements/words.js";

const asking = document.querySelector("[data-push]");

if (asking instanceof HTMLFormElement && "PushManager" in window && "serviceWorker" in navigator) {
  asking.hidden = false;
  box(document.body, "[data-no-push]").hidden = true;
  asking.addEventListener("submit", (event) => {
    event.preventDefault();
    subscribe(asking).catch(() => say(wordsOf(asking).failed, "problem"));
  });
}

/** @param {HTMLFormElement} form */
async function subscribe(form) {
  if ((await Notification.requestPermission()) !== "granted") return say(wordsOf(form).denied, "problem");
  const answer = await fetch(form.dataset.key ?? "", { method: "POST", body: new FormData(form) });
  const { key } = await answer.json();
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe(); // of somebody else, perhaps with another key
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint = "", keys = {} } = subscription.toJSON();
  for (const [name, value] of Object.entries({ endpoint, ...keys }))
    part(form, `[name=${name}]`, HTMLInputElement).value = value;
  form.submit();
}
