"""What would the return be, if an assumption were known?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tacheles.estimate import Estimates
from tacheles.quarter import Quarters
from tacheles.roi.claims import Programme
from tacheles.roi.returns import (
    net_present_value,
    probability_of_recovery,
    return_on_investment,
)
from tacheles.roi.sensitivity import tornado


@dataclass(frozen=True, eq=False)
class WhatIf:
    """
    A programme under other assumptions (:func:`what_if`).

    Parameters
    ----------
    programme : Programme
    quarters : Quarters
    """

    programme: Programme
    quarters: Quarters

    def supposed(self, values: Mapping[str, float]) -> "Supposed":
        """
        What the return would be if these assumptions were known, the others as uncertain as ever.

        Parameters
        ----------
        values : mapping
            Values by id; none: the return as it is reported.
        """
        assumed = self.programme.assumed.fixed(**values)
        inputs = {**self.programme.inputs, **{name: assumed[name] for name in values}}
        tried = replace(self.programme, assumed=assumed, inputs=inputs)
        return Supposed(
            return_on_investment(tried, self.quarters),
            net_present_value(tried, self.quarters),
            probability_of_recovery(tried, self.quarters),
            tornado(tried, self.quarters),
        )


@dataclass(frozen=True, eq=False)
class Supposed:
    """
    What comes back under some assumptions.

    Parameters
    ----------
    return_on_investment, net_present_value, probability_of_recovery, tornado : Estimates
        See the definitions of these names.
    """

    return_on_investment: Estimates
    net_present_value: Estimates
    probability_of_recovery: Estimates
    tornado: Estimates


def what_if(programme: Programme, quarters: Quarters) -> WhatIf:
    """
    A programme to try other assumptions on, with the same draws for all that is not supposed.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`claims.programme`).
    quarters : Quarters
        Quarters in which benefits were caused and costs paid.
    """
    return WhatIf(programme, quarters)
