import { permits } from "../api/session";
import PeoplePage from "../features/people/people-page";
import { NotFound } from "./not-found";

/** 用户与部门, for those who look after them; names and departments alone everybody may know. */
export default function PeopleRoute() {
  return permits("user", "view") ? <PeoplePage /> : <NotFound />;
}
