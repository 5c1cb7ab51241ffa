// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Group, Terms} from "../src/interfaces/ICheckoutFactory.sol";
import {TetherLike} from "../src/test-tokens/TetherLike.sol";
import {Base} from "./support/Base.sol";
import {LeanToken} from "./tokens/LeanToken.sol";
import {vm} from "./support/Vm.sol";

/// @notice What a settlement costs for each item of a batch, all in (intrinsic gas, calldata, refunds), when the receivers
///         hold the token already. The ceilings are the design's; the exact figures are in .gas-snapshot/, and
///         `forge test` fails when they are no longer these.
/// forge-config: default.isolate = true
contract GasTest is Base {
    TetherLike private immutable usdt = new TetherLike("Tether USD", "USDT", 6);

    function test_settleBatch_costsAtMostTheCeilings() public {
        _measure("with_fee", address(lean), RATE, 1, 92_700, 51_500);
        _measure("with_fee", address(lean), RATE, 10, 58_900, 18_000);
        _measure("with_fee", address(lean), RATE, 50, 55_700, 15_500);
        _measure("with_fee", address(lean), RATE, 200, 55_100, 15_000);
    }

    function test_settleBatch_costsAtMostTheCeilingsForUsdt() public {
        _measure("usdt_with_fee", address(usdt), RATE, 50, 59_700, 18_700);
    }

    function test_settleBatch_costsAtMostTheCeilingsWithoutFee() public {
        _measure("without_fee", address(lean), 0, 50, 52_400, 15_500);
    }

    function _measure(
        string memory kind,
        address token,
        uint32 rate,
        uint96 size,
        uint256 firstCeiling,
        uint256 repeatCeiling
    ) private {
        LeanToken(token).mint(merchant, 1);
        LeanToken(token).mint(platform, 1);
        Group[] memory groups = batchOf(token, size);
        groups[0].feeRateE9 = rate;
        // Identifiers like real ones, not small numbers: calldata zeros are cheap.
        for (uint256 i = 0; i < size; ++i) {
            groups[0].intentIds[i] = uint96(uint256(keccak256(abi.encode(size, i))));
        }
        string memory name = string.concat(kind, "_", vm.toString(size));
        uint256 first = _settle(groups);
        vm.snapshotValue("settleBatch", string.concat(name, "_first"), first);
        assertTrue(first <= firstCeiling, string.concat(name, " first: ", vm.toString(first)));
        uint256 again = _settle(groups);
        vm.snapshotValue("settleBatch", string.concat(name, "_repeat"), again);
        assertTrue(again <= repeatCeiling, string.concat(name, " repeat: ", vm.toString(again)));
    }

    /// @return The gas of one settlement of all items, divided by their number.
    function _settle(Group[] memory groups) private returns (uint256) {
        Group memory group = groups[0];
        for (uint256 i = 0; i < group.intentIds.length; ++i) {
            Terms memory terms = Terms(group.receiver, group.feeReceiver, group.feeRateE9, group.intentIds[i]);
            LeanToken(group.token).mint(factory.depositAddress(terms), PRICE);
        }
        uint256 settled = 1;
        if (group.intentIds.length == 1) {
            factory.settle(Terms(group.receiver, group.feeReceiver, group.feeRateE9, group.intentIds[0]), group.token);
        } else {
            settled = factory.settleBatch(groups);
        }
        uint256 used = vm.lastCallGas().gasTotalUsed;
        assertEq(settled, group.intentIds.length, "settled");
        return used / settled;
    }
}
