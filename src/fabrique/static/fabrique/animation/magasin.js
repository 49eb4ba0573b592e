/* What the facilitator wrote and the server has not acknowledged yet, in the browser's own database.
   A record leaves it once the server holds its words: nothing said stays on a shared device longer than that.
   Fed and read by salle.js. */
"use strict";
window.FabriqueStore = (() => {
  const NAME = "fabrique-animation";
  let opening = null;

  const open = () => {
    opening ??= new Promise((done, failed) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("items", { keyPath: "client_id" }).createIndex("meeting", "meeting");
        asked.result.createObjectStore("drafts", { keyPath: "meeting" });
      };
      asked.onsuccess = () => {
        /* another tab that erases the database must not wait for this one */
        asked.result.onversionchange = () => { asked.result.close(); opening = null; };
        done(asked.result);
      };
      asked.onerror = () => failed(asked.error);
    });
    opening.catch(() => { opening = null; });
    return opening;
  };

  /* Resolves once the transaction is on the disk, with what `work` asked for. */
  const within = async (store, mode, work) => {
    const base = await open();
    return new Promise((done, failed) => {
      const transaction = base.transaction(store, mode, mode === "readwrite" ? { durability: "strict" } : {});
      const asked = work(transaction.objectStore(store));
      transaction.oncomplete = () => done(asked && asked.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  };

  return {
    items: (meeting) => within("items", "readonly", (store) => store.index("meeting").getAll(meeting)),
    put: (record) => within("items", "readwrite", (store) => store.put(record)),
    remove: (id) => within("items", "readwrite", (store) => store.delete(id)),
    /* The server answered about what was sent under `stamp`. Words changed meanwhile wait for their own turn. */
    settle: (id, stamp, change) => within("items", "readwrite", (store) => {
      const asked = store.get(id);
      asked.onsuccess = () => {
        const record = asked.result;
        if (!record) return;
        const next = change(record, record.stamp === stamp);
        if (next) store.put(next); else store.delete(id);
      };
    }),
    draft: (meeting) => within("drafts", "readonly", (store) => store.get(meeting)),
    putDraft: (draft) => within("drafts", "readwrite", (store) => store.put(draft)),
    removeDraft: (meeting) => within("drafts", "readwrite", (store) => store.delete(meeting)),
    clear: async () => {
      await within("items", "readwrite", (store) => store.clear());
      await within("drafts", "readwrite", (store) => store.clear());
    },
  };
})();
