export { assertOperator, authorizationOf, makeOperatorToken, publishAccess, readAccess } from "./operator-access.js";
