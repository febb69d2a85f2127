import { NoteRows } from "./list";
import "./notify.css";

/** 提醒: everything the user was told, on a page of its own. */
export default function NotesPage() {
  return (
    <div className="page page-pad">
      <section className="box notes-page">
        <NoteRows page />
      </section>
    </div>
  );
}
