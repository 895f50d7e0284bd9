"""A return that was printed, from the flows that were printed with it."""

import numpy as np
import pytest

from tacheles.roi import money


class TestSalesLoft:
    """
    Forrester, The Total Economic Impact of SalesLoft: three years at 10 %, yearly flows.

    Benefits 1,606,511, 3,061,331 and 4,229,760; costs 53,150 at the start, then 666,715, 636,772
    and 647,783. Printed: present values 7,168,371 and 1,672,201, net 5,496,170, return 329 %.
    """

    def values(self):
        benefit = money.present_value(np.array([1_606_511, 3_061_331, 4_229_760]), 0.10, 1)[0]
        cost = 53_150 + money.present_value(np.array([666_715, 636_772, 647_783]), 0.10, 1)[0]
        return benefit, cost

    def test_present_values(self):
        benefit, cost = self.values()
        assert 7_168_371 == round(benefit)
        assert 1_672_201 == round(cost)
        assert 5_496_170 == round(benefit - cost)

    def test_return(self):
        assert 3.29 == pytest.approx(
            float(money.return_on_capital(*map(np.array, self.values()))), abs=0.005
        )
