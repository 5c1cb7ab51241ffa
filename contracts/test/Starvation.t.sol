// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICheckoutFactory} from "../src/interfaces/ICheckoutFactory.sol";
import {Base} from "./support/Base.sol";
import {vm} from "./support/Vm.sol";
import {MoodyToken} from "./tokens/MoodyToken.sol";

/// @notice Whatever gas a settlement is given, it either does all it would do with plenty, or nothing. So neither a careless
///         gas estimate (which looks for the least gas that "succeeds") skips items, nor a crafted one evades the fee.
contract StarvationTest is Base {
    uint256 private constant STEP = 11_000;

    /// @dev Settles `size` moody deposits with every amount of gas from `from` to `to`; returns how many amounts succeeded.
    ///      Each that did must have paid everybody in full.
    function _sweep(uint256 size, uint256 from, uint256 to, address feeTaker) private returns (uint256 succeeded) {
        for (uint96 i = 1; i <= size; ++i) {
            fund(address(moody), i, PRICE);
        }
        bytes memory input = abi.encodeCall(factory.settleBatch, (batchOf(address(moody), size)));
        for (uint256 gasGiven = from; gasGiven < to; gasGiven += STEP) {
            uint256 state = vm.snapshotState();
            (bool success, bytes memory answer) = address(factory).call{gas: gasGiven}(input);
            if (success) {
                ++succeeded;
                assertEq(abi.decode(answer, (uint256)), size, "settled");
                assertEq(moody.units(merchant), size * NET, "merchant");
                assertEq(moody.units(feeTaker), size * FEE, "fee");
            } else if (answer.length != 0) {
                assertTrue(bytes4(answer) == ICheckoutFactory.InsufficientGas.selector, "says why");
            }
            vm.revertToState(state);
        }
        assertTrue(succeeded != 0 && succeeded < (to - from) / STEP, "the sweep crosses the border");
    }

    function test_settleBatch_isAllOrNothingForUsualTokens() public {
        _sweep(3, 30_000, 900_000, platform);
    }

    function test_settleBatch_isAllOrNothingWhenTheFeeIsDear() public {
        moody.setHunger(220_000);
        moody.setMood(platform, MoodyToken.Mood.Hungry);
        _sweep(2, 100_000, 1_400_000, platform);
    }

    function test_settleBatch_isAllOrNothingWhenEveryTransferIsDear() public {
        moody.setHunger(200_000);
        moody.setMood(merchant, MoodyToken.Mood.Hungry);
        moody.setMood(platform, MoodyToken.Mood.Hungry);
        moody.setBalanceMood(MoodyToken.Mood.Hungry);
        _sweep(2, 100_000, 2_000_000, platform);
    }

    /// With 500,000 the fee can never be paid, starved or not: it must always reach the escrow.
    function test_settleBatch_isAllOrNothingWhenTheFeeCannotBePaid() public {
        moody.setHunger(500_000);
        moody.setMood(platform, MoodyToken.Mood.Hungry);
        _sweep(2, 100_000, 1_700_000, escrow());
    }

    function test_settleBatch_isAllOrNothingWhenTheEscrowIsDear() public {
        moody.setHunger(220_000);
        moody.setMood(platform, MoodyToken.Mood.BurnsAllGas);
        moody.setMood(escrow(), MoodyToken.Mood.Hungry);
        _sweep(2, 100_000, 1_900_000, escrow());
    }

    /// A token could hide that it was starved, so the gas is asked for before it is called, though 100,000 would do here.
    function test_settle_asksForGasBeforehand() public {
        fund(address(lean), 1, PRICE);
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.InsufficientGas.selector));
        factory.settle{gas: 400_000}(termsOf(1), address(lean));
        factory.settle{gas: 415_000}(termsOf(1), address(lean));
        assertPaid(address(lean), NET, FEE);
    }
}
