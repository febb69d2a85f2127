import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { putWorkingTime, type WorkingCalendar, type WorkingTime, workingCalendarQuery } from "../../api/workcal";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { toast, toastError } from "../../lib/ui/toast";
import { departmentPath, useDirectory } from "../../meta/directory";
import { Hours } from "./hours";
import { Notices } from "./notices";
import "./workcal.css";
import { Year } from "./year";

/** 工作日历: when the company works, which departments differ, and the days that are not as their weekday. */
export default function WorkcalPage() {
  const [department, setDepartment] = useState("");
  const { data, error, refetch } = useQuery(workingCalendarQuery(department));
  return (
    <div className="workcal">
      <Whose value={department} onChange={setDepartment} />
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data ? (
        <Calendar key={department} department={department} calendar={data} open={setDepartment} />
      ) : (
        <Ghosts n={4} h={90} />
      )}
    </div>
  );
}

function Whose({ value, onChange }: { value: string; onChange: (department: string) => void }) {
  const directory = useDirectory();
  return (
    <label className="row workcal-whose">
      <span className="muted">{t("workcal.whose")}</span>
      <select className="input" value={value} onChange={(e) => onChange(e.target.value)}>
        <option value="">{t("workcal.company")}</option>
        {directory.departments.map((d) => (
          <option key={d.id} value={d.id}>
            {departmentPath(directory, d.id)}
          </option>
        ))}
      </select>
    </label>
  );
}

type Props = { department: string; calendar: WorkingCalendar; open: (department: string) => void };

function Calendar({ department, calendar, open }: Props) {
  const save = async (change: Partial<WorkingTime>) => {
    try {
      const next = await putWorkingTime(department, { ...calendar, ...change });
      queryClient.setQueryData(workingCalendarQuery(department).queryKey, next);
      await queryClient.invalidateQueries({ queryKey: ["working-calendar"] });
      toast(t("saved.done"));
      return true;
    } catch (e) {
      toastError(e);
      void queryClient.invalidateQueries({ queryKey: ["working-calendar"] });
      return false;
    }
  };
  return (
    <>
      <Hours key={calendar.version} department={department} calendar={calendar} save={save} />
      <Year department={department} calendar={calendar} save={save} />
      {!department && <Notices years={calendar.notices} />}
      {!department && calendar.departments.length > 0 && (
        <section className="box" aria-labelledby="workcal-differ">
          <div className="box-head">
            <h2 id="workcal-differ">{t("workcal.differ")}</h2>
          </div>
          <ul className="workcal-list">
            {calendar.departments.map((d) => (
              <li key={d.id}>
                <div className="grow">
                  <p>{d.name}</p>
                  <p className="muted small">{d.summary}</p>
                </div>
                <button type="button" className="btn small" onClick={() => open(d.id)} aria-label={`${t("workcal.change")} ${d.name}`}>
                  {t("workcal.change")}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
