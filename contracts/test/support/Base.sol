// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CheckoutFactory} from "../../src/CheckoutFactory.sol";
import {Group, ICheckoutFactory, Terms} from "../../src/interfaces/ICheckoutFactory.sol";
import {LeanToken} from "../tokens/LeanToken.sol";
import {MoodyToken} from "../tokens/MoodyToken.sol";
import {vm, Vm} from "./Vm.sol";

/// @notice A factory, a merchant, a platform that takes 60 basis points, and the short hands that tests read by.
abstract contract Base {
    uint256 internal constant MERCHANT_KEY = 0xA11CE;
    uint256 internal constant PLATFORM_KEY = 0xFEE;
    uint32 internal constant RATE = 6_000_000;
    uint256 internal constant PRICE = 100_000_000;
    /// @dev What RATE takes of PRICE.
    uint256 internal constant FEE = 600_000;
    uint256 internal constant NET = PRICE - FEE;

    CheckoutFactory internal immutable factory = new CheckoutFactory();
    LeanToken internal immutable lean = new LeanToken();
    MoodyToken internal immutable moody = new MoodyToken();
    address internal immutable merchant = vm.addr(MERCHANT_KEY);
    address internal immutable platform = vm.addr(PLATFORM_KEY);

    function termsOf(uint96 intentId) internal view returns (Terms memory) {
        return Terms(merchant, platform, RATE, intentId);
    }

    function depositOf(uint96 intentId) internal view returns (address) {
        return factory.depositAddress(termsOf(intentId));
    }

    /// @dev Where the platform's fees wait that it could not be paid.
    function escrow() internal view returns (address) {
        return factory.depositAddress(Terms(platform, address(0), 0, 0));
    }

    /// @dev One group of the intents 1 to `size`.
    function batchOf(address token, uint256 size) internal view returns (Group[] memory groups) {
        groups = new Group[](1);
        groups[0] = Group(merchant, platform, RATE, token, new uint96[](size));
        for (uint256 i = 0; i < size; ++i) {
            groups[0].intentIds[i] = uint96(i + 1);
        }
    }

    function fund(address token, uint96 intentId, uint256 amount) internal {
        if (token == address(0)) vm.deal(depositOf(intentId), amount);
        else LeanToken(token).mint(depositOf(intentId), amount);
    }

    function balance(address token, address account) internal view returns (uint256) {
        return token == address(0)
            ? account.balance
            : token == address(moody) ? moody.units(account) : LeanToken(token).balanceOf(account);
    }

    function assertPaid(address token, uint256 net, uint256 fee) internal view {
        assertEq(balance(token, merchant), net, "merchant");
        assertEq(balance(token, platform), fee, "platform");
    }

    function expectNotSettled(bytes4 reason) internal {
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.NotSettled.selector, reason));
    }

    /// @dev How many of the recorded logs are this event of the factory.
    function countLogs(bytes32 topic) internal returns (uint256 count) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == address(factory) && logs[i].topics[0] == topic) ++count;
        }
    }

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        require(actual == expected, string.concat(what, ": ", vm.toString(actual), " is not ", vm.toString(expected)));
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        require(actual == expected, what);
    }

    function assertTrue(bool condition, string memory what) internal pure {
        require(condition, what);
    }
}
