import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { act, getImport, type ImportPatch, patchImport } from "../../api/imports";
import { queryClient } from "../../api/query";
import type { Import } from "../../api/types";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { IconCheck, IconChevronLeft } from "../../lib/ui/icons";
import { toastError } from "../../lib/ui/toast";
import { entityByName, useMeta } from "../../meta/meta";
import { Checked } from "./checked";
import { Mapping } from "./mapping";
import { Result } from "./result";
import { Running } from "./running";
import "./import.css";

const route = getRouteApi("/import/$id");
const busy = new Set(["checking", "running", "undoing"]);
const steps = ["import.step1", "import.step2", "import.step3", "import.step4"] as const;
const stepOf = (i: Import, mapping: boolean) =>
  i.state === "analysed" || mapping ? 1 : i.state === "checking" || i.state === "checked" ? 2 : 3;

export type WizardProps = {
  imp: Import;
  /** Changes how the file is understood; gives false when the server refused. */
  change: (p: ImportPatch) => Promise<boolean>;
  run: (action: "check" | "run" | "cancel" | "undo", body?: object) => Promise<void>;
  pending: boolean;
};

/** One file on its way in; where it is in the address, so that it can be left and come back to. */
export default function Wizard() {
  const { id } = route.useParams();
  const meta = useMeta();
  const [again, setAgain] = useState(false);
  const [pending, setPending] = useState(false);
  const key = ["import", id];
  const {
    data: imp,
    error,
    refetch,
  } = useQuery({
    queryKey: key,
    queryFn: () => getImport(id),
    staleTime: 0, // what came with the upload may lack the list of targets
    refetchInterval: (q) => (busy.has(q.state.data?.state ?? "") ? 700 : false),
  });
  const attempt = async (make: () => Promise<Import | undefined>) => {
    setPending(true);
    try {
      const next = await make();
      if (next?.id) queryClient.setQueryData<Import>(key, (old) => ({ ...old, ...next, targets: next.targets ?? old?.targets }));
      else await refetch();
      return true;
    } catch (e) {
      toastError(e);
      void refetch();
      return false;
    } finally {
      setPending(false);
    }
  };
  const props = (i: Import): WizardProps => ({
    imp: i,
    pending,
    change: (p) => attempt(() => patchImport(id, p)),
    run: async (action, body) => {
      setAgain(false);
      if (await attempt(() => act(id, action, body))) {
        void queryClient.invalidateQueries({ queryKey: ["imports"] });
        if (action === "undo" || action === "run")
          for (const k of ["list", "count", "home"]) void queryClient.invalidateQueries({ queryKey: [k] });
      }
    },
  });
  const of = entityByName(meta, imp?.entity || "customer");
  return (
    <div className="page page-pad import">
      <Link to="/import" search={of?.name === "lead" ? { into: "lead" } : {}} className="back">
        <IconChevronLeft size={18} aria-hidden />
        {t("import.title", of?.label_plural ?? "")}
      </Link>
      {error && !imp ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !imp ? (
        <Ghosts n={8} />
      ) : (
        <>
          <header className="head">
            <h1 className="grow one-line">{imp.file || t("import.paste")}</h1>
          </header>
          <Steps at={stepOf(imp, again)} />
          {imp.state === "analysed" || (imp.state === "checked" && again) ? (
            <Mapping {...props(imp)} />
          ) : busy.has(imp.state) ? (
            <Running {...props(imp)} />
          ) : imp.state === "checked" ? (
            <Checked {...props(imp)} onMapping={() => setAgain(true)} />
          ) : (
            <Result {...props(imp)} />
          )}
        </>
      )}
    </div>
  );
}

function Steps({ at }: { at: number }) {
  return (
    <ol className="steps" aria-label={t("import.steps")}>
      {steps.map((s, i) => (
        <li key={s} className={i < at ? "past-step" : i === at ? "now" : undefined} aria-current={i === at ? "step" : undefined}>
          <span className="step-no">{i < at ? <IconCheck size={14} aria-hidden /> : i + 1}</span>
          <span className="step-name">{t(s)}</span>
        </li>
      ))}
    </ol>
  );
}
